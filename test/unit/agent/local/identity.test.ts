import { describe, expect, it } from 'vitest';
import {
  base32,
  createClusterId,
  createIdentity,
  nodeIdOf,
  nodeIdOfRaw,
  rawPublicKey,
} from '../../../../agent/local/identity.ts';
import { ClusterId } from '../../../../agent/local/state.ts';
import { PublicKey } from '../../../../roles/model/admission.ts';
import { NodeId } from '../../../../roles/model/node.ts';

describe('identity', () => {
  it.each([
    // RFC 4648, section 10, in small letters; what does not fill a character is left out.
    { text: 'fooba', encoded: 'mzxw6ytb' },
    { text: 'foobar', encoded: 'mzxw6ytbo' },
    { text: '', encoded: '' },
  ])('base32 of "$text" is "$encoded"', ({ text, encoded }) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
  });

  it('follows from the public key', () => {
    const identity = createIdentity();
    expect(NodeId.parse(identity.nodeId)).toBe(nodeIdOf(identity.publicKeyPem));
    expect(createIdentity().nodeId).not.toBe(identity.nodeId);
  });

  it('has a key pair of its own for datagrams', () => {
    const { publicKeyPem, datagramPublicKeyPem } = createIdentity();
    expect(PublicKey.parse(rawPublicKey(datagramPublicKeyPem))).not.toBe(rawPublicKey(publicKeyPem));
    expect(nodeIdOfRaw(rawPublicKey(publicKeyPem))).toBe(nodeIdOf(publicKeyPem));
  });

  it('hashes the 32 raw bytes of the key', () => {
    // RFC 8032, section 7.1, test 1; the id was worked out with: sha256sum | base32.
    const pem = [
      '-----BEGIN PUBLIC KEY-----',
      'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
      '-----END PUBLIC KEY-----',
    ].join('\n');
    expect(nodeIdOf(pem)).toBe('neh7ddx5bksrg');
  });

  it('gives every cluster a name of its own', () => {
    expect(ClusterId.parse(createClusterId())).not.toBe(createClusterId());
  });
});
