import * as z from 'zod';
import { NodeId } from '../../roles/model/node.ts';
import { Life } from './life.ts';

/** Raised when a field changes its meaning; a format that is not known is passed over without blame. */
export const messageFormat = 1;

/** Of a broadcast: facts are 1-2 KiB, and a report on a thousand silent nodes is 60 KiB. */
export const mostBroadcastBytes = 64 * 1024;
/** Of a request or its answer: an exchange is cut into parts of half of this. */
export const mostRequestBytes = 256 * 1024;

/** A report stands until it should have been repeated; none stands for long. */
const mostRepeatMs = 30_000;
/** More nodes than that are not spoken of in one message. */
export const mostNodes = 1000;
const Count = z.int().nonnegative();
/** Base64url of 64 bytes. */
const Signature = z.string().max(100);

/** Which decisions a node has. */
export const DecisionsAt = z.strictObject({ generation: Count, revision: Count });
export type DecisionsAt = z.infer<typeof DecisionsAt>;

/** What a node's services said when an observer asked them because its agent was silent. */
export const ServicesSay = z.enum(['asking', 'answer', 'nothing']);
export type ServicesSay = z.infer<typeof ServicesSay>;

/** One node that the author does not hear. */
export const SilentNode = z.strictObject({ node: NodeId, life: Life, services: ServicesSay });
export type SilentNode = z.infer<typeof SilentNode>;

/** The facts of one node as it signed them; passed on by anyone, changed by nobody. */
export const FactsRecord = z.strictObject({
  node: NodeId,
  epoch: Count,
  sequence: Count,
  /** The facts in JSON, to the byte. */
  text: z.string().max(mostBroadcastBytes),
  signature: Signature,
});
export type FactsRecord = z.infer<typeof FactsRecord>;

/** Tombstones of those who are no nodes any more. With those of nodes they fit into `mostNodes`. */
export const mostPassedOn = 500;

/** A signed tombstone as `agent/admission` makes and verifies it; opaque here. */
export const Tombstone = z.record(z.string(), z.json());
export type Tombstone = z.infer<typeof Tombstone>;

/** What a node says to all. */
export const Word = z.discriminatedUnion('kind', [
  /** The author's facts, as a change from those of sequence `base`; null: from nothing. */
  z.strictObject({
    kind: z.literal('facts'),
    base: Count.nullable(),
    sequence: Count,
    /** The top-level fields that changed, in JSON. */
    change: z.string().max(mostBroadcastBytes),
    /** Of the whole record that comes out. */
    signature: Signature,
  }),
  /** All whom the author does not hear now; in place of its report before, and said again after so many ms. */
  z.strictObject({
    kind: z.literal('report'),
    silent: z.array(SilentNode).max(mostNodes),
    repeatMs: z.int().positive().max(mostRepeatMs),
  }),
  /** The author lives, whatever was said of its incarnations before this one. */
  z.strictObject({ kind: z.literal('refutation'), incarnation: Count }),
  z.strictObject({ kind: z.literal('tombstone'), tombstone: Tombstone }),
  z.strictObject({ kind: z.literal('decisions'), at: DecisionsAt }),
  /** The author leaves the cluster for good. */
  z.strictObject({ kind: z.literal('goodbye') }),
]);
export type Word = z.infer<typeof Word>;
export type ReportWord = Extract<Word, { kind: 'report' }>;

const heading = { format: z.literal(messageFormat), cluster: z.string().max(64), generation: Count };

/** A word with its author; `sequence` counts all words of one epoch. */
export const Envelope = z.strictObject({
  ...heading,
  author: NodeId,
  epoch: Count,
  sequence: Count,
  word: Word,
});
export type Envelope = z.infer<typeof Envelope>;

/** Epoch and sequence of the facts that a node has, by node. */
const Digest = z.record(NodeId, z.tuple([Count, Count]));
export type Digest = z.infer<typeof Digest>;

const Goods = {
  records: z.array(FactsRecord).max(mostNodes),
  tombstones: z.array(Tombstone).max(mostNodes),
};

/** What one node asks another over their connection, which vouches for both. */
export const Request = z.discriminatedUnion('kind', [
  /** Do you have the same? `mark`: a fingerprint of what an exchange would tell. `more` in the answer: you have not. */
  z.strictObject({
    ...heading,
    kind: z.literal('glance'),
    mark: z.string().max(100),
    decisions: DecisionsAt.nullable(),
  }),
  /** This is what I have; `tombstones` by node. */
  z.strictObject({
    ...heading,
    kind: z.literal('exchange'),
    digest: Digest,
    tombstones: z.array(NodeId).max(mostNodes),
    decisions: DecisionsAt.nullable(),
  }),
  /** This is what you lack. */
  z.strictObject({ ...heading, kind: z.literal('delivery'), ...Goods }),
]);
export type Request = z.infer<typeof Request>;

/** To an exchange: what the asker lacks, and what it should deliver. To anything else: nothing of either. */
export const Answer = z.strictObject({
  ...heading,
  ...Goods,
  wanted: z.array(NodeId).max(mostNodes),
  wantedTombstones: z.array(NodeId).max(mostNodes),
  decisions: DecisionsAt.nullable(),
  /** There was more than fits; ask again. */
  more: z.boolean(),
});
export type Answer = z.infer<typeof Answer>;

/** The cluster a message belongs to; nobody listens to one of another. */
export interface ClusterMark {
  readonly id: string;
  readonly generation: number;
}

export function headingOf({ id, generation }: ClusterMark): {
  format: typeof messageFormat;
  cluster: string;
  generation: number;
} {
  return { format: messageFormat, cluster: id, generation };
}
