import type { NodeId } from '../../roles/model/node.ts';
import type { Verdict } from '../../roles/model/view.ts';
import type { Life } from './life.ts';
import type { ServicesSay, SilentNode } from './messages.ts';

/** What observers can find out; `dead` and `left` are decided. */
export type Finding = Extract<Verdict, 'alive' | 'suspect' | 'unmanaged' | 'unreachable'>;

/** Three heartbeats of 250 ms. */
const suspectMs = 750;
/** Leaves 450 ms for the others' reports, for the suspect's refutation, and for asking its services. */
const unreachableMs = 1_200;
/** A connection closed and the node, asked at once, has not answered: ten times a round trip on a busy network. */
const hintedSuspectMs = 300;
/**
 * A report is repeated every second; three lost in a row end it. The life it speaks of makes no difference here: an
 * observer that was away may have missed the node's last one.
 */
const reportLifeMs = 3_500;
/** A finding outlives the agreement it came from by this: observers come and go while nothing else changes. */
const agreementLifeMs = 3_000;
/** A node that is reported every second refutes as often; two lost in a row end it. */
const refutationLifeMs = 2_500;
/** Whoever has not finished asking the services by then is not waited for. */
const askedLongEnoughMs = 2_000;
/** Independent observers that have to agree, where there are as many. */
const enoughObservers = 2;

/** What an observer said of one silent node. */
export interface Report extends SilentNode {
  readonly atMs: number;
}

/** One of the other nodes, as this one watches it. */
export interface Watched {
  /** When its silence began: at its last heartbeat, or, before its first, when that could be expected. */
  readonly quietSinceMs: number;
  /** True once it was heard in this life of this node. */
  readonly heard: boolean;
  readonly life: Life;
  readonly lagging: boolean;
  /** When its connection closed and it was asked; undefined once it has answered. */
  readonly hintedMs?: number | undefined;
  /** What its services said to this node in its present silence. */
  readonly services: ServicesSay;
  readonly probedMs?: number | undefined;
  /** When it last told the others that it lives, though its heartbeats do not arrive here. */
  readonly refutedMs?: number | undefined;
  /** When enough observers last agreed that it is silent. */
  readonly agreedMs?: number | undefined;
  readonly finding: Finding;
  /** By observer. */
  readonly reports: ReadonlyMap<NodeId, Report>;
}

export type Members = ReadonlyMap<NodeId, Watched>;

/** Silent enough to lower its weight, to tell the others and to ask its services. */
export function isSilent(watched: Watched, nowMs: number): boolean {
  if (nowMs - watched.quietSinceMs >= suspectMs) return true;
  return watched.hintedMs !== undefined && nowMs - watched.hintedMs >= hintedSuspectMs;
}

/** The finding on one node, and whether the observers agree that it is silent. */
export function judge(
  members: Members,
  node: NodeId,
  watched: Watched,
  nowMs: number,
): { finding: Finding; agreed: boolean } {
  if (!isSilent(watched, nowMs)) return { finding: 'alive', agreed: false };
  const silentMs = nowMs - watched.quietSinceMs;
  const refuted = watched.refutedMs !== undefined && nowMs - watched.refutedMs < refutationLifeMs;
  if (silentMs < unreachableMs || refuted) return { finding: 'suspect', agreed: false };
  const others = observersBeside(members, node, nowMs);
  const reports = others
    .map((observer) => watched.reports.get(observer))
    .filter((report) => report !== undefined)
    .filter(({ atMs }) => nowMs - atMs < reportLifeMs);
  if (reports.length < Math.min(enoughObservers, others.length)) {
    const lately = watched.agreedMs !== undefined && nowMs - watched.agreedMs < agreementLifeMs;
    return { finding: lately ? watched.finding : 'suspect', agreed: false };
  }
  const said = [watched.services, ...reports.map(({ services }) => services)];
  return { finding: silentFinding(said, others.length, watched.finding, silentMs), agreed: true };
}

/** Its agent is silent, that is agreed: do its services answer at least two, or the only one there is? */
function silentFinding(
  said: readonly ServicesSay[],
  others: number,
  before: Finding,
  silentMs: number,
): Finding {
  const needed = Math.min(enoughObservers, 1 + others);
  const answered = said.filter((say) => say === 'answer').length;
  if (answered >= needed) return 'unmanaged';
  const asking = said.filter((say) => say === 'asking').length;
  if (answered + asking < needed || silentMs >= askedLongEnoughMs) return 'unreachable';
  return before === 'alive' ? 'suspect' : before;
}

/** The other nodes that this one hears and that trust their own clocks: those whose reports can be expected. */
function observersBeside(members: Members, node: NodeId, nowMs: number): readonly NodeId[] {
  return [...members]
    .filter(([other, { heard, lagging, quietSinceMs }]) => {
      return other !== node && heard && !lagging && nowMs - quietSinceMs < suspectMs;
    })
    .map(([other]) => other);
}
