import { generateKeyPairSync } from 'node:crypto';
import type { Member } from '../../agent/cluster/membership-parts.ts';
import type { Tombstone } from '../../agent/cluster/messages.ts';
import { type Sign, signerOf } from '../../agent/cluster/signing.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { recordOf } from './sketches.ts';

/** The first cluster of a simulation. */
export const simCluster = { id: 'csimulationaa', generation: 1 };

/** The n-th node with its keys; made once, since a key costs more than a second of virtual time. */
export interface SimIdentity {
  readonly member: Member;
  readonly sign: Sign;
}

const identities = new Map<number, SimIdentity>();

export function simIdentity(ordinal: number): SimIdentity {
  const known = identities.get(ordinal);
  if (known !== undefined) return known;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { id, address } = recordOf(ordinal);
  const gossipKey = String(publicKey.export({ format: 'jwk' }).x);
  const sign = signerOf(String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  const identity = { member: { id, address, gossipKey, dead: false }, sign };
  identities.set(ordinal, identity);
  return identity;
}

/** As the cluster's authority makes it. */
export function tombstoneOf(node: NodeId): Tombstone {
  return { node, seal: 'authority' };
}
