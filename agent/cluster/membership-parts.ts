import type { Facts } from '../../roles/model/facts.ts';
import type { NodeId, RoleName } from '../../roles/model/node.ts';
import type { Clock, Random } from '../../roles/model/ports.ts';
import type { Verdict } from '../../roles/model/view.ts';
import type { Finding } from './detector-rules.ts';
import type { Refusal } from './hearing.ts';
import type { ClusterMark, DecisionsAt, Tombstone } from './messages.ts';
import type { PeerBook } from './peer-book.ts';
import type { Sign } from './signing.ts';
import type { TombstoneLaw } from './tombstones.ts';
import type { Peer, Transport } from './transport.ts';

/** An admitted node as the decisions have it. */
export interface Member extends Peer {
  /** The leader has declared it dead: that stands above what is found out here. */
  readonly dead: boolean;
}

export interface MembershipParts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly self: NodeId;
  readonly cluster: ClusterMark;
  /** Of this life of the agent; see `beginEpoch`. */
  readonly epoch: number;
  /** With the key of this node. */
  readonly sign: Sign;
  readonly tombstones: TombstoneLaw;
  readonly ownFacts: { current(): Facts; onChange(listener: () => void): () => void };
  /** Whether the services of a silent node answer this one. To be said within 400 ms. */
  readonly askServices: (node: NodeId) => Promise<boolean>;
  /** Facts or verdicts have changed. */
  readonly onView: () => void;
  /** A node has these decisions; asked for by whoever has older ones. */
  readonly onDecisionsAt: (node: NodeId, at: DecisionsAt) => void;
  /** A tombstone arrived that was not known; the node counts as `left` from now on. */
  readonly onTombstone: (node: NodeId, tombstone: Tombstone) => void;
  /**
   * The others have heard this node in a later life than this: its disk and its clock were put back. They listen to it
   * again in a life above `epoch`. Told once.
   */
  readonly onOutlived: (epoch: number) => void;
  /** What is known of the peers from before, loaded. */
  readonly book: PeerBook;
}

/** What this node knows of the others. */
export interface Membership {
  /** Who is admitted now, in place of those before; this node itself may be among them. */
  setMembers(members: readonly Member[]): void;
  /** The newest facts of each node, this one's as it last told them. */
  facts(): Readonly<Record<NodeId, Facts>>;
  /** Of every admitted node but this one. */
  verdicts(): Readonly<Record<NodeId, Verdict>>;
  /** The same as this node finds it, whatever was decided or said; who was never heard is not `alive` for that. */
  findings(): Readonly<Record<NodeId, Finding>>;
  /** Roles that were ready a heartbeat ago, by node: newer than facts. Absent for a node that sends this one none. */
  ready(): Readonly<Record<NodeId, readonly RoleName[]>>;
  /** This node has these decisions; told to all. */
  setDecisions(at: DecisionsAt): void;
  /** A node was removed by a decision; told to all. */
  tellTombstone(tombstone: Tombstone): void;
  /** A node was removed by a decision of before; whoever lacks it gets it with an exchange. */
  bury(tombstone: Tombstone): void;
  /** This node leaves for good; told to all, once. */
  sayGoodbye(): void;
  /** How many messages were not listened to, by reason. */
  refusals(): Readonly<Partial<Record<Refusal, number>>>;
  /** Where a node was heard last, in this life or before; undefined where it was admitted, for all that is known. */
  address(node: NodeId): string | undefined;
  /** Where and how long ago a node's last heartbeat came from, in this life; undefined where none came. */
  heard(node: NodeId): { readonly address: string; readonly agoMs: number } | undefined;
  /**
   * Asks at an address for every other node, which may be anywhere now. Resolves with the one that answers from there,
   * and is looked for there from then on; undefined where none does within ten seconds.
   */
  greet(address: string): Promise<NodeId | undefined>;
  /** Nodes that this one has a connection to. */
  connected(): readonly NodeId[];
  /** Resolves when the signal has aborted and everything is closed. */
  readonly ended: Promise<void>;
}
