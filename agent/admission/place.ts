import type { DecisionSet } from '../../coordinator/store/codec.ts';
import type { NodeId, NodeRecord } from '../../roles/model/node.ts';
import { nodeRefused } from './refusals.ts';

/** Where a newcomer asks to be. */
export interface Wanted {
  readonly nodeId: NodeId;
  readonly gossipKey: string;
  readonly name: string;
  readonly address: string;
}

/** Where it gets, and what is not quite as asked for. */
export interface Place {
  readonly name: string;
  readonly ordinal: number;
  /** Its entry from before, if it has one. */
  readonly former?: NodeRecord;
  readonly notes: readonly string[];
}

/** A name is a DNS label. */
const mostNameCharacters = 63;

/**
 * The place of a newcomer among the nodes that there are: its name, or the same with a suffix; the smallest free
 * ordinal, or the one it had. Throws `node-refused` for an address or an id that is another node's.
 */
export function placeOf({ nodes }: Pick<DecisionSet, 'nodes'>, wanted: Wanted): Place {
  const others = nodes.filter(({ id }) => id !== wanted.nodeId);
  const former = nodes.find(({ id }) => id === wanted.nodeId);
  refuseOtherKey(former, wanted);
  refuseTakenAddress(others, wanted.address);
  const name = freeName(others, wanted.name);
  const notes: string[] = [];
  if (name !== wanted.name) {
    notes.push(`the name ${wanted.name} belongs to another node, so this one is ${name}`);
  }
  if (former === undefined) return { name, ordinal: freeOrdinal(others), notes };
  notes.push(`it takes the place of its own entry from before: ${former.name} at ${former.address}`);
  if (former.drained === true) notes.push('it is still drained: muster node undrain ends that');
  return { name, ordinal: former.ordinal, former, notes };
}

/** An id is 60 bits of a key's hash: with patience, a second key can be found for it. */
function refuseOtherKey(former: NodeRecord | undefined, { nodeId, gossipKey }: Wanted): void {
  const known = former?.admission?.record.gossipKey;
  if (known === undefined || known === gossipKey) return;
  throw nodeRefused(
    `the id ${nodeId} is that of another key`,
    `${former?.name ?? nodeId} was admitted with the key ${known}, and ${gossipKey} asks`,
    'muster uninstall on this machine, which makes it a new node, then the same line again',
  );
}

function refuseTakenAddress(others: readonly NodeRecord[], address: string): void {
  const holder = others.find((other) => other.address === address);
  if (holder === undefined) return;
  throw nodeRefused(
    `the address ${address} is that of ${holder.name} (${holder.id})`,
    'two nodes cannot have one address',
    `if ${holder.name} is gone for good: muster node rm ${holder.name}, on a node; else join with --address`,
  );
}

function freeName(others: readonly NodeRecord[], name: string): string {
  const taken = new Set(others.map((other) => other.name));
  let free = name;
  for (let count = 2; taken.has(free); count += 1) {
    const suffix = `-${count}`;
    free = `${name.slice(0, mostNameCharacters - suffix.length).replace(/-+$/, '')}${suffix}`;
  }
  return free;
}

function freeOrdinal(others: readonly NodeRecord[]): number {
  const taken = new Set(others.map((other) => other.ordinal));
  let free = 1;
  while (taken.has(free)) free += 1;
  return free;
}
