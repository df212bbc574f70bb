import type { NodeId } from '../../roles/model/node.ts';
import type { DetectorEffect, DetectorEvent, DetectorState, DetectorStep } from './detector-events.ts';
import {
  type Finding,
  isOverdue,
  isSilent,
  isUp,
  judge,
  type Report,
  type Watched,
  wasAgreedLately,
} from './detector-rules.ts';
import { compareLives, type Life } from './life.ts';
import type { SilentNode } from './messages.ts';
import { makeRings, type Rings, subjectsOf } from './rings.ts';

/** A tick so late says that this process or its machine stood still: then it is not the others who were silent. */
const lateTickMs = 300;
/** After a late tick: time for what waited in the sockets, and for three heartbeats of everyone. */
const doubtMs = 1_000;
/** At the start of the agent, beside the usual times: nobody has had a chance to answer yet. */
const startGraceMs = 1_000;
/** A node is admitted before its agent starts for the first time. */
const newcomerGraceMs = 10_000;
/** A report stands until the next; those who lost it hear it again after this. */
const repeatReportMs = 1_000;
/** From then on it is an old one, … */
const oldReportMs = 6_000;
/** … which whoever was there has heard: a dead node is to cost next to nothing. */
const repeatOldReportMs = 10_000;
/** Whoever has just come has heard none: one is told it once it knows who speaks. */
const tellNewcomerMs = 500;
/** So long it is asked at every tick: it is heard again as soon as it can be; … */
const askOftenMs = 3_000;
/** … later as often as this: it may be off for days. */
const askAgainMs = 1_000;
/** One refutation answers all reports that are under way. */
const refuteMs = 500;
/** While a node is silent its services are asked again after this. */
const probeAgainMs = 1_000;

export function startDetector(self: NodeId, epoch: number, nowMs: number): DetectorState {
  return {
    self,
    rings: makeRings([self]),
    life: { epoch, incarnation: 0 },
    startedMs: nowMs,
    members: new Map(),
    doubtUntilMs: nowMs,
    told: [],
    toldSinceMs: nowMs,
    tellAgainMs: nowMs,
    refutedMs: nowMs - refuteMs,
  };
}

export function detect(state: DetectorState, event: DetectorEvent, nowMs: number): DetectorStep {
  switch (event.kind) {
    case 'tick':
      return tick(state, event.lateMs, nowMs);
    case 'heard':
      return heard(state, event.node, { life: event.life, lagging: event.lagging }, nowMs);
    case 'refuted':
      return refuted(state, event.node, event.life, nowMs);
    case 'hint':
      return hinted(state, event.node, nowMs);
    case 'report':
      return reported(state, event, nowMs);
    case 'probed':
      return {
        state: changed(state, event.node, { services: event.answered ? 'answer' : 'nothing' }),
        effects: [],
      };
    case 'members':
      return { state: withMembers(state, event.nodes, nowMs), effects: [] };
  }
}

export function findings(state: DetectorState): Readonly<Record<NodeId, Finding>> {
  return Object.fromEntries([...state.members].map(([node, { finding }]) => [node, finding]));
}

/** True while this node trusts its own clock too little to judge. */
export function isDoubting(state: DetectorState, nowMs: number): boolean {
  return nowMs < state.doubtUntilMs;
}

function tick(before: DetectorState, lateMs: number, nowMs: number): DetectorStep {
  if (lateMs > lateTickMs) return { state: forgiven(before, lateMs, nowMs), effects: [] };
  if (isDoubting(before, nowMs)) return { state: before, effects: [] };
  const steps = [...before.members].map(([node, watched]) => watch(before, node, watched, nowMs));
  const members = new Map(steps.map(({ node, watched }) => [node, watched]));
  const effects = steps.flatMap((step) => step.effects);
  const found = effects.some(({ kind }) => kind === 'found');
  const state = found ? assigned({ ...before, members }, nowMs) : { ...before, members };
  const told = report(state, nowMs);
  return { state: told.state, effects: [...effects, ...told.effects] };
}

/** The time this process stood still does not count as anybody's silence. */
function forgiven(state: DetectorState, lateMs: number, nowMs: number): DetectorState {
  const members = new Map(
    [...state.members].map(([node, watched]): [NodeId, Watched] => [
      node,
      {
        ...watched,
        quietSinceMs: Math.max(watched.quietSinceMs, Math.min(nowMs, watched.quietSinceMs + lateMs)),
      },
    ]),
  );
  return { ...state, members, doubtUntilMs: nowMs + doubtMs };
}

interface WatchStep {
  readonly node: NodeId;
  readonly watched: Watched;
  readonly effects: readonly DetectorEffect[];
}

function watch(state: DetectorState, node: NodeId, before: Watched, nowMs: number): WatchStep {
  const effects: DetectorEffect[] = [];
  let watched = before;
  if (isToBeAsked(watched, nowMs)) {
    watched = { ...watched, askedMs: nowMs };
    effects.push({ kind: 'ask', node });
  }
  const { probedMs } = watched;
  if (isSilent(watched, nowMs) && (probedMs === undefined || nowMs - probedMs >= probeAgainMs)) {
    watched = { ...watched, probedMs: nowMs };
    effects.push({ kind: 'probe', node });
  }
  const { finding, agreed } = judge(state, node, watched, nowMs);
  if (finding !== watched.finding) effects.push({ kind: 'found', node, finding });
  const agreedMs = agreed ? nowMs : watched.agreedMs;
  const lately = wasAgreedLately(agreedMs, nowMs);
  const agreedSinceMs = lately ? (watched.agreedSinceMs ?? nowMs) : undefined;
  // As it is with all of them nearly always, eight times a second.
  if (watched === before && finding === before.finding && !agreed && agreedSinceMs === before.agreedSinceMs)
    return { node, watched, effects };
  return { node, watched: { ...watched, finding, agreedMs, agreedSinceMs }, effects };
}

function isToBeAsked(watched: Watched, nowMs: number): boolean {
  if (!isOverdue(watched, nowMs)) return false;
  const often = nowMs - watched.quietSinceMs < askOftenMs;
  return often || watched.askedMs === undefined || nowMs - watched.askedMs >= askAgainMs;
}

/** Tells the others whom this node does not hear: at once when that changes, and again as long as it stands. */
function report(state: DetectorState, nowMs: number): DetectorStep {
  const silent = [...state.members]
    .filter(([, watched]) => isSilent(watched, nowMs))
    .map(([node, { life, services }]): SilentNode => ({ node, life, services }));
  const changes = !isSameReport(silent, state.told);
  const due = silent.length > 0 && nowMs >= state.tellAgainMs;
  if (!due && !changes) return { state, effects: [] };
  const toldSinceMs = changes ? nowMs : state.toldSinceMs;
  const repeatMs = nowMs - toldSinceMs >= oldReportMs ? repeatOldReportMs : repeatReportMs;
  return {
    state: { ...state, told: silent, toldSinceMs, tellAgainMs: nowMs + repeatMs },
    effects: [{ kind: 'report', silent, repeatMs }],
  };
}

function heard(
  state: DetectorState,
  node: NodeId,
  said: Pick<Watched, 'life' | 'lagging'>,
  nowMs: number,
): DetectorStep {
  const watched = state.members.get(node);
  if (watched === undefined) return { state, effects: [] };
  const isNew = said.life.epoch > watched.life.epoch;
  const tellAgainMs = isNew ? Math.min(state.tellAgainMs, nowMs + tellNewcomerMs) : state.tellAgainMs;
  const next = changed({ ...state, tellAgainMs }, node, {
    ...said,
    life: compareLives(said.life, watched.life) > 0 ? said.life : watched.life,
    quietSinceMs: nowMs,
    heard: true,
    hintedMs: undefined,
    askedMs: undefined,
    probedMs: undefined,
    agreedMs: undefined,
    agreedSinceMs: undefined,
    // Others may not hear it yet; by whose words this node goes if it does not watch it.
    refutedMs: watched.mine ? undefined : nowMs,
    services: 'asking',
    finding: 'alive',
  });
  if (watched.finding === 'alive') return { state: next, effects: [] };
  return { state: assigned(next, nowMs), effects: [{ kind: 'found', node, finding: 'alive' }] };
}

/**
 * It lives, though its heartbeats do not arrive: that keeps it from getting unreachable for a while. A word that was long
 * under way speaks of an earlier silence: its life is one that was heard since.
 */
function refuted(state: DetectorState, node: NodeId, life: Life, nowMs: number): DetectorStep {
  const watched = state.members.get(node);
  if (watched === undefined || compareLives(life, watched.life) <= 0) return { state, effects: [] };
  return { state: changed(state, node, { life, refutedMs: nowMs }), effects: [] };
}

function hinted(state: DetectorState, node: NodeId, nowMs: number): DetectorStep {
  const watched = state.members.get(node);
  if (watched === undefined || watched.hintedMs !== undefined) return { state, effects: [] };
  return { state: changed(state, node, { hintedMs: nowMs }), effects: [{ kind: 'ask', node }] };
}

/** Takes a report in place of that observer's report before; refutes what it says of this node. */
function reported(
  state: DetectorState,
  { observer, silent, repeatMs }: Extract<DetectorEvent, { kind: 'report' }>,
  nowMs: number,
): DetectorStep {
  if (!state.members.has(observer)) return { state, effects: [] };
  const said = new Map(silent.map((entry) => [entry.node, entry]));
  const withdrawn = [...state.members].filter(
    ([node, { mine, reports }]) => !mine && reports.has(observer) && !said.has(node),
  );
  const members = new Map(
    [...state.members].map(([node, watched]): [NodeId, Watched] => [
      node,
      withReport(watched, observer, reportOf(said.get(node), nowMs, repeatMs)),
    ]),
  );
  const refuting = refute({ ...state, members }, said.get(state.self)?.life, nowMs);
  // It is heard again by who watches it, or watched by another: it knows best.
  const asks = withdrawn.map(([node]): DetectorEffect => ({ kind: 'ask', node }));
  return { state: refuting.state, effects: [...refuting.effects, ...asks] };
}

/** Answers what was said of this node with a later life than that of which it was said. */
function refute(state: DetectorState, said: Life | undefined, nowMs: number): DetectorStep {
  const { epoch, incarnation } = state.life;
  if (said === undefined || nowMs - state.refutedMs < refuteMs) return { state, effects: [] };
  if (compareLives(said, state.life) < 0 && said.epoch === epoch) return { state, effects: [] };
  if (said.epoch > epoch) return { state, effects: [] };
  const life = said.epoch === epoch ? { epoch, incarnation: said.incarnation + 1 } : { epoch, incarnation };
  return { state: { ...state, life, refutedMs: nowMs }, effects: [{ kind: 'refute', life }] };
}

function reportOf(entry: SilentNode | undefined, atMs: number, repeatMs: number): Report | undefined {
  return entry === undefined ? undefined : { ...entry, atMs, repeatMs };
}

function withReport(watched: Watched, observer: NodeId, report: Report | undefined): Watched {
  if (report === undefined && !watched.reports.has(observer)) return watched;
  const reports = new Map<NodeId, Report>(watched.reports);
  if (report === undefined) reports.delete(observer);
  else reports.set(observer, report);
  return { ...watched, reports };
}

/** What those said who are gone counts for nothing, and would be kept for ever. */
function withoutReportsBut(watched: Watched, observers: ReadonlySet<NodeId>): Watched {
  if ([...watched.reports.keys()].every((observer) => observers.has(observer))) return watched;
  return {
    ...watched,
    reports: new Map([...watched.reports].filter(([observer]) => observers.has(observer))),
  };
}

function withMembers(state: DetectorState, nodes: readonly NodeId[], nowMs: number): DetectorState {
  const graceMs = nowMs - state.startedMs < startGraceMs ? startGraceMs : newcomerGraceMs;
  const there = new Set([state.self, ...nodes]);
  const members = new Map(
    nodes.map((node) => {
      const watched = state.members.get(node);
      return [node, watched === undefined ? newcomer(nowMs + graceMs) : withoutReportsBut(watched, there)];
    }),
  );
  return assigned({ ...state, members, rings: ringsAmong(state, nodes) }, nowMs);
}

/** They stay while the nodes are the same: most of what is told of members is of their keys and addresses. */
function ringsAmong({ self, members, rings }: DetectorState, nodes: readonly NodeId[]): Rings {
  const same = nodes.length === members.size && nodes.every((node) => members.has(node));
  return same ? rings : makeRings([self, ...nodes]);
}

/** Whom this node watches itself changes with who is there. Nobody is missed yet whom it did not watch before. */
function assigned(state: DetectorState, nowMs: number): DetectorState {
  const subjects = subjectsOf(state.rings, state.self, (node) => isUp(state, node));
  const members = new Map(
    [...state.members].map(([node, watched]): [NodeId, Watched] => {
      const mine = subjects.has(node);
      if (mine === watched.mine) return [node, watched];
      const { finding, reports, life, heard, lagging, refutedMs, agreedMs, agreedSinceMs } = watched;
      const known = { finding, reports, life, heard, lagging, refutedMs, agreedMs, agreedSinceMs };
      const quietSinceMs = Math.max(watched.quietSinceMs, nowMs);
      return [node, { ...known, mine, quietSinceMs, services: 'asking' }];
    }),
  );
  return { ...state, members };
}

/** Not heard yet, and not missed before `expectedMs`. */
function newcomer(expectedMs: number): Watched {
  return {
    mine: true,
    quietSinceMs: expectedMs,
    heard: false,
    life: { epoch: 0, incarnation: 0 },
    lagging: false,
    services: 'asking',
    finding: 'alive',
    reports: new Map(),
  };
}

function changed(state: DetectorState, node: NodeId, part: Partial<Watched>): DetectorState {
  const watched = state.members.get(node);
  if (watched === undefined) return state;
  return { ...state, members: new Map(state.members).set(node, { ...watched, ...part }) };
}

function isSameReport(a: readonly SilentNode[], b: readonly SilentNode[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
