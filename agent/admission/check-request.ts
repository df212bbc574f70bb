import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { MusterError } from '../../roles/model/errors.ts';
import type { Hardware } from '../../roles/model/hardware.ts';
import { publicKeyOf } from './keys.ts';
import { sharedSecret } from './pairwise.ts';
import { nodeRefused } from './refusals.ts';
import { type JoinRequest, joinText } from './request.ts';

type Release = Hardware['release'];

const again = 'muster join again, with the whole line of muster token create';

/** What of a request needs no decision: its keys, its signature and its release. Throws with the values. */
export function checkRequest(request: JoinRequest, own: Release): void {
  refuseUnsigned(request);
  refuseUnfitKeys(request);
  refuseOtherRelease(request.release, own);
}

/** Without this, whoever has a token and knows a node's public key could take that node's place. */
function refuseUnsigned(request: JoinRequest): void {
  const { signature, gossipKey } = request;
  if (signedBy(gossipKey, joinText(request), signature)) return;
  throw nodeRefused(
    'the request is not signed by the key in it',
    'it was changed on the way, or made by somebody who does not hold the key',
    again,
  );
}

function signedBy(gossipKey: string, text: string, signature: string): boolean {
  const key = publicKeyOf('Ed25519', gossipKey);
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}

function refuseUnfitKeys({ datagramKey, certificateKeyPem }: JoinRequest): void {
  try {
    // A point of low order shares no secret; every peer would trip over it.
    sharedSecret(generateKeyPairSync('x25519').privateKey, datagramKey);
  } catch (cause) {
    throw nodeRefused('its datagram key is no X25519 key', 'nothing can be shared with it', again, cause);
  }
  refuseUnfitCertificateKey(certificateKeyPem, again);
}

/** Throws `node-refused` for a key that no certificate is made for. */
export function refuseUnfitCertificateKey(pem: string, next: string): void {
  const kind = kindOfKey(pem);
  if (kind === 'prime256v1') return;
  throw nodeRefused(
    'its certificate key is not one that is certified here',
    `it is ${kind}, and must be a public key on P-256`,
    next,
  );
}

function kindOfKey(pem: string): string {
  // Node.js would take a private key as well, and give its public part.
  if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) return 'no public key in PEM';
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'of no known kind';
  } catch {
    return 'no public key in PEM';
  }
}

function refuseOtherRelease(theirs: Release, own: Release): void {
  if (theirs.id === own.id && theirs.version === own.version) return;
  throw new MusterError('release-mismatch', {
    what: `the machine runs ${nameOf(theirs)}, the cluster runs ${nameOf(own)}`,
    why: 'all nodes of a cluster run one release: their packages share data with each other',
    next: `install ${nameOf(own)} on the machine, then muster join again`,
  });
}

function nameOf({ id, version }: Release): string {
  return `${id} ${version}`;
}
