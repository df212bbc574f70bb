import type { NodeId } from '../../roles/model/node.ts';
import type { Verdict } from '../../roles/model/view.ts';
import type { Life } from './life.ts';
import type { ServicesSay, SilentNode } from './messages.ts';
import { observersOf, type Rings } from './rings.ts';

/** What observers can find out; `dead` and `left` are decided. */
export type Finding = Extract<Verdict, 'alive' | 'suspect' | 'unmanaged' | 'unreachable'>;

/** Two heartbeats of 250 ms: before anybody is suspected he is asked, so that a lost packet more is no suspicion. */
const overdueMs = 500;
/** Three heartbeats of 250 ms. */
const suspectMs = 750;
/** Leaves 450 ms for the others' reports, for the suspect's refutation, and for asking its services. */
const unreachableMs = 1_200;
/** From their reports on to those who go by them: time for a refutation to come round. */
const hearsayMs = 300;
/** A connection closed and the node, asked at once, has not answered: ten times a round trip on a busy network. */
const hintedSuspectMs = 300;
/**
 * Three of its repetitions lost in a row end a report. The life it speaks of makes no difference here: an observer that
 * was away may have missed the node's last one.
 */
const reportLifeRepeats = 3.5;
/** By so much a finding outlives the agreement it came from. */
const agreementLifeMs = 3_000;
/** A node that is reported every second refutes as often; two lost in a row end it. */
const refutationLifeMs = 2_500;
/** Observers begin to report within about this of each other, and the first report is the one that is refuted. */
const refutedEarlyMs = 500;
/** Whoever has not finished asking the services by then is not waited for. */
const askedLongEnoughMs = 2_000;
/** Independent observers that have to agree, where there are as many. */
const enoughObservers = 2;

/** What an observer said of one silent node. */
export interface Report extends SilentNode {
  readonly atMs: number;
  readonly repeatMs: number;
}

/** One of the other nodes, as this one watches it. */
export interface Watched {
  /** Whether this node watches it itself, or goes by what those say who do. */
  readonly mine: boolean;
  /** When its silence began: at its last heartbeat, or, before its first, when that could be expected. */
  readonly quietSinceMs: number;
  /** True once it was heard in this life of this node. */
  readonly heard: boolean;
  readonly life: Life;
  readonly lagging: boolean;
  /** When its connection closed and it was asked; undefined once it has answered. */
  readonly hintedMs?: number | undefined;
  /** When it was last asked for a heartbeat; undefined once it has answered. */
  readonly askedMs?: number | undefined;
  /** What its services said to this node in its present silence. */
  readonly services: ServicesSay;
  readonly probedMs?: number | undefined;
  /** When it last told the others that it lives, though its heartbeats do not arrive here. */
  readonly refutedMs?: number | undefined;
  /** When enough observers last agreed that it is silent, … */
  readonly agreedMs?: number | undefined;
  /** … and since when they have, without a break. */
  readonly agreedSinceMs?: number | undefined;
  readonly finding: Finding;
  /** By observer. */
  readonly reports: ReadonlyMap<NodeId, Report>;
}

export type Members = ReadonlyMap<NodeId, Watched>;

/** All that a verdict is made from. */
export interface Scene {
  readonly self: NodeId;
  readonly members: Members;
  readonly rings: Rings;
}

/** Silent for so long that it is asked for a sign of life. */
export function isOverdue({ mine, quietSinceMs }: Watched, nowMs: number): boolean {
  return mine && nowMs - quietSinceMs >= overdueMs;
}

/** Silent enough to lower its weight, to tell the others and to ask its services. */
export function isSilent({ mine, quietSinceMs, hintedMs }: Watched, nowMs: number): boolean {
  if (!mine) return false;
  if (nowMs - quietSinceMs >= suspectMs) return true;
  return hintedMs !== undefined && nowMs - hintedMs >= hintedSuspectMs;
}

/** Whether it can watch others, as far as is known. */
export function isUp({ self, members }: Pick<Scene, 'self' | 'members'>, node: NodeId): boolean {
  const finding = members.get(node)?.finding;
  return node === self || finding === 'alive' || finding === 'suspect';
}

interface Judgement {
  readonly finding: Finding;
  /** Whether enough observers agree that it is silent. */
  readonly agreed: boolean;
}

/** The finding on one node. */
export function judge(scene: Scene, node: NodeId, watched: Watched, nowMs: number): Judgement {
  return watched.mine ? ownJudgement(scene, node, watched, nowMs) : hearsay(scene, node, watched, nowMs);
}

/** By this node's own ears, and those of the others who watch it. */
function ownJudgement(scene: Scene, node: NodeId, watched: Watched, nowMs: number): Judgement {
  if (!isSilent(watched, nowMs)) return otherwise('alive', watched, nowMs);
  if (isRefuted(watched, nowMs)) return { finding: 'suspect', agreed: false };
  const silentMs = nowMs - watched.quietSinceMs;
  if (silentMs < unreachableMs) return otherwise('suspect', watched, nowMs);
  const others = observersBeside(scene, node, nowMs);
  const reports = reportsOn(scene, node, watched, nowMs);
  if (reports.length < Math.min(enoughObservers, others.length)) return otherwise('suspect', watched, nowMs);
  const said = [watched.services, ...reports.map(({ services }) => services)];
  const needed = Math.min(enoughObservers, 1 + others.length);
  return { finding: silentFinding(said, needed, watched.finding, silentMs), agreed: true };
}

/**
 * By what those say who watch it, this node not being one of them. They begin to say so once they suspect it, and say at
 * once what its services answer.
 */
function hearsay(scene: Scene, node: NodeId, watched: Watched, nowMs: number): Judgement {
  const reports = reportsOn(scene, node, watched, nowMs);
  const observers = observersBeside(scene, node, nowMs);
  const needed = Math.max(1, Math.min(enoughObservers, observers.length));
  if (reports.length < needed) return otherwise('alive', watched, nowMs);
  const agreedForMs = nowMs - (watched.agreedSinceMs ?? nowMs);
  if (agreedForMs < hearsayMs || isRefuted(watched, nowMs)) {
    return { finding: 'suspect', agreed: true };
  }
  const said = reports.map(({ services }) => services);
  return { finding: silentFinding(said, needed, watched.finding, agreedForMs + suspectMs), agreed: true };
}

/** Nothing is agreed now: what was lately, stands a little longer. */
function otherwise(finding: Finding, watched: Watched, nowMs: number): Judgement {
  const lately = wasAgreedLately(watched.agreedMs, nowMs);
  return { finding: lately ? watched.finding : finding, agreed: false };
}

/** A finding outlives the agreement it came from: observers come and go while nothing else changes. */
export function wasAgreedLately(agreedMs: number | undefined, nowMs: number): boolean {
  return agreedMs !== undefined && nowMs - agreedMs < agreementLifeMs;
}

/** What it said before its present silence is no answer to that: it may have died with the word. */
function isRefuted({ mine, refutedMs, quietSinceMs, agreedSinceMs = 0 }: Watched, nowMs: number): boolean {
  if (refutedMs === undefined || nowMs - refutedMs >= refutationLifeMs) return false;
  return refutedMs >= (mine ? quietSinceMs + overdueMs : agreedSinceMs - refutedEarlyMs);
}

/** Its agent is silent, that is agreed: do its services answer as many as are needed? */
function silentFinding(
  said: readonly ServicesSay[],
  needed: number,
  before: Finding,
  silentMs: number,
): Finding {
  const answered = said.filter((say) => say === 'answer').length;
  if (answered >= needed) return 'unmanaged';
  const asking = said.filter((say) => say === 'asking').length;
  if (answered + asking < needed || silentMs >= askedLongEnoughMs) return 'unreachable';
  return before === 'alive' ? 'suspect' : before;
}

/** What is said of it, by those who are heard themselves. */
function reportsOn(scene: Scene, node: NodeId, { reports }: Watched, nowMs: number): readonly Report[] {
  return [...reports]
    .filter(
      ([observer, report]) => observer !== node && isHeard(scene, observer, nowMs) && isFresh(report, nowMs),
    )
    .map(([, report]) => report);
}

function isFresh({ atMs, repeatMs }: Report, nowMs: number): boolean {
  return nowMs - atMs < repeatMs * reportLifeRepeats;
}

/** The others who watch it, whom this one hears and who trust their own clocks: whose reports can be expected. */
function observersBeside(scene: Scene, node: NodeId, nowMs: number): readonly NodeId[] {
  const observers = observersOf(scene.rings, node, (other) => isUp(scene, other));
  return [...observers].filter((other) => other !== scene.self && isHeard(scene, other, nowMs));
}

/** Whom this node does not watch itself it hears if nobody says otherwise. */
function isHeard({ members }: Scene, node: NodeId, nowMs: number): boolean {
  const watched = members.get(node);
  if (watched === undefined) return false;
  const { mine, heard, lagging, quietSinceMs, finding } = watched;
  return mine ? heard && !lagging && nowMs - quietSinceMs < suspectMs : finding === 'alive';
}
