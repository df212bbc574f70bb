import type { NodeId } from '../../roles/model/node.ts';
import type { Finding, Members } from './detector-rules.ts';
import type { Life } from './life.ts';
import type { SilentNode } from './messages.ts';
import type { Rings } from './rings.ts';

/** All that one node knows of how the others live. Never changed: every step makes a new one. */
export interface DetectorState {
  readonly self: NodeId;
  /** This node's own life. */
  readonly life: Life;
  readonly startedMs: number;
  readonly members: Members;
  /** Who watches whom among this node and the members. */
  readonly rings: Rings;
  /** Until then this node trusts its own clock too little to find anyone worse than before. */
  readonly doubtUntilMs: number;
  /** What it last told the others, since when it is the same, and when it is said again. */
  readonly told: readonly SilentNode[];
  readonly toldSinceMs: number;
  readonly tellAgainMs: number;
  /** When it last refuted what others said of it. */
  readonly refutedMs: number;
}

export type DetectorEvent =
  /** Some time has passed; the tick came so much later than it was due. */
  | { readonly kind: 'tick'; readonly lateMs: number }
  /** A fresh heartbeat. */
  | { readonly kind: 'heard'; readonly node: NodeId; readonly life: Life; readonly lagging: boolean }
  /** A connection to it closed. */
  | { readonly kind: 'hint'; readonly node: NodeId }
  /** All whom `observer` watches and does not hear. */
  | {
      readonly kind: 'report';
      readonly observer: NodeId;
      readonly silent: readonly SilentNode[];
      readonly repeatMs: number;
    }
  /** It refuted what was said of it. */
  | { readonly kind: 'refuted'; readonly node: NodeId; readonly life: Life }
  /** Its services were asked. */
  | { readonly kind: 'probed'; readonly node: NodeId; readonly answered: boolean }
  /** Whom to watch from now on. */
  | { readonly kind: 'members'; readonly nodes: readonly NodeId[] };

export type DetectorEffect =
  /** Send it a heartbeat that asks for an answer. */
  | { readonly kind: 'ask'; readonly node: NodeId }
  /** Ask its services; answer with `probed`. */
  | { readonly kind: 'probe'; readonly node: NodeId }
  | { readonly kind: 'report'; readonly silent: readonly SilentNode[]; readonly repeatMs: number }
  | { readonly kind: 'refute'; readonly life: Life }
  | { readonly kind: 'found'; readonly node: NodeId; readonly finding: Finding };

export interface DetectorStep {
  readonly state: DetectorState;
  readonly effects: readonly DetectorEffect[];
}
