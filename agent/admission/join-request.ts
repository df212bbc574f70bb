import { createPublicKey, sign } from 'node:crypto';
import type { Hardware } from '../../roles/model/hardware.ts';
import type { Token } from '../../roles/model/token.ts';
import { rawPublicKey } from '../local/identity.ts';
import type { Identity } from '../local/state.ts';
import { type JoinRequest, joinText } from './request.ts';

export interface JoinInput {
  readonly token: Token;
  readonly identity: Identity;
  /** The key of the node's certificate, private or public, PEM; only its public part is sent. */
  readonly certificateKeyPem: string;
  readonly name: string;
  readonly address: string;
  readonly hardware: Pick<Hardware, 'release' | 'architecture'>;
}

/** What this machine asks with, signed by its own key. */
export function joinRequest(input: JoinInput): JoinRequest {
  const { token, identity, name, address, hardware } = input;
  const asked = {
    clusterId: token.clusterId,
    tokenId: token.id,
    name,
    address,
    gossipKey: rawPublicKey(identity.publicKeyPem),
    datagramKey: rawPublicKey(identity.datagramPublicKeyPem),
    certificateKeyPem: createPublicKey(input.certificateKeyPem)
      .export({ type: 'spki', format: 'pem' })
      .toString(),
    release: hardware.release,
    architecture: hardware.architecture,
  };
  const signature = sign(null, Buffer.from(joinText(asked)), identity.privateKeyPem).toString('base64url');
  return { ...asked, secret: token.secret, signature };
}
