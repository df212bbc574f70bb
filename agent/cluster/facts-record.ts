import type { KeyObject } from 'node:crypto';
import type { NodeId } from '../../roles/model/node.ts';
import type { ClusterMark, FactsRecord } from './messages.ts';
import { isSignedBy, type Sign } from './signing.ts';

/** A record before it is signed. */
export type UnsignedFacts = Omit<FactsRecord, 'signature'>;

/** Signs facts, so that whoever passes them on cannot change them, nor move them to another node or cluster. */
export function signFacts(cluster: ClusterMark, record: UnsignedFacts, sign: Sign): FactsRecord {
  return { ...record, signature: Buffer.from(sign(signedBytes(cluster, record))).toString('base64url') };
}

export function isGenuine(cluster: ClusterMark, record: FactsRecord, key: KeyObject): boolean {
  return isSignedBy(key, signedBytes(cluster, record), Buffer.from(record.signature, 'base64url'));
}

/** Of two records of one node, above 0 when the first is the later one. */
export function compareRecords(
  a: { readonly epoch: number; readonly sequence: number },
  b: { readonly epoch: number; readonly sequence: number },
): number {
  return a.epoch === b.epoch ? a.sequence - b.sequence : a.epoch - b.epoch;
}

/** The top-level fields of `after` that differ, in JSON. */
export function changeBetween(before: string, after: string): string {
  const old = fieldsOf(before);
  const changed = Object.entries(fieldsOf(after)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]),
  );
  return JSON.stringify(Object.fromEntries(changed));
}

/** The facts that come out of a change. Throws for what is no JSON object. */
export function withChange(before: string, change: string): string {
  return JSON.stringify({ ...fieldsOf(before), ...fieldsOf(change) });
}

/** Facts of nothing, to change from. */
export const noFacts = '{}';

function fieldsOf(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error('facts are a JSON object');
}

function signedBytes(cluster: ClusterMark, record: UnsignedFacts): Buffer {
  const { node, epoch, sequence, text } = record;
  return Buffer.from(
    JSON.stringify(['muster-facts', cluster.id, cluster.generation, node, epoch, sequence, text]),
  );
}

/** The name of a node with the place of its record in time, for digests. */
export function digestEntry(record: FactsRecord): [NodeId, [number, number]] {
  return [record.node, [record.epoch, record.sequence]];
}
