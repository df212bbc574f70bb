import type { DecisionSet } from '../../coordinator/store/codec.ts';
import type { SealPeer } from '../admission/datagram-seals.ts';
import { type Against, verifyAdmission } from '../admission/verify.ts';
import type { Member } from '../cluster/membership-parts.ts';

/** A node that may speak here, with both of its keys. */
export type KeyedMember = Member & SealPeer;

/** Who of the decided nodes has an admission that holds; of the others, why not, a sentence each. */
export function verifiedMembers(
  { nodes, deaths }: Pick<DecisionSet, 'nodes' | 'deaths'>,
  against: Against,
): { readonly members: readonly KeyedMember[]; readonly refused: readonly string[] } {
  const members: KeyedMember[] = [];
  const refused: string[] = [];
  for (const { id, name, address, admission } of nodes) {
    const verified = verifyAdmission(admission, against);
    if (!verified.ok) {
      refused.push(`nobody listens to ${name} (${id}): ${verified.why.replaceAll('\n', ' ')}`);
      continue;
    }
    const { gossipKey, datagramKey } = verified.value;
    members.push({ id, address, gossipKey, datagramKey, dead: deaths[id] !== undefined });
  }
  return { members, refused };
}
