import type { NodeId } from '../../roles/model/node.ts';
import type { DetectorEffect, DetectorEvent, DetectorState, DetectorStep } from './detector-events.ts';
import { type Finding, isSilent, judge, type Members, type Report, type Watched } from './detector-rules.ts';
import { compareLives, type Life } from './life.ts';
import type { SilentNode } from './messages.ts';

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
/** One refutation answers all reports that are under way. */
const refuteMs = 500;
/** While a node is silent its services are asked again after this. */
const probeAgainMs = 1_000;

export function startDetector(epoch: number, nowMs: number): DetectorState {
  return {
    life: { epoch, incarnation: 0 },
    startedMs: nowMs,
    members: new Map(),
    doubtUntilMs: nowMs,
    told: [],
    toldMs: nowMs,
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

function tick(state: DetectorState, lateMs: number, nowMs: number): DetectorStep {
  if (lateMs > lateTickMs) return { state: forgiven(state, lateMs, nowMs), effects: [] };
  if (isDoubting(state, nowMs)) return { state, effects: [] };
  const steps = [...state.members].map(([node, watched]) => watch(state.members, node, watched, nowMs));
  const members = new Map(steps.map(({ node, watched }) => [node, watched]));
  const effects = steps.flatMap((step) => step.effects);
  const told = report({ ...state, members }, nowMs);
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

function watch(
  members: Members,
  node: NodeId,
  before: Watched,
  nowMs: number,
): { node: NodeId; watched: Watched; effects: readonly DetectorEffect[] } {
  const effects: DetectorEffect[] = [];
  let watched = before;
  if (isSilent(watched, nowMs)) {
    effects.push({ kind: 'ask', node });
    if (watched.probedMs === undefined || nowMs - watched.probedMs >= probeAgainMs) {
      watched = { ...watched, probedMs: nowMs };
      effects.push({ kind: 'probe', node });
    }
  }
  const { finding, agreed } = judge(members, node, watched, nowMs);
  if (finding !== watched.finding) effects.push({ kind: 'found', node, finding });
  watched = { ...watched, finding, agreedMs: agreed ? nowMs : watched.agreedMs };
  return { node, watched, effects };
}

/** Tells the others whom this node does not hear: at once when that changes, and again every second. */
function report(state: DetectorState, nowMs: number): DetectorStep {
  const silent = [...state.members]
    .filter(([, watched]) => isSilent(watched, nowMs))
    .map(([node, { life, services }]): SilentNode => ({ node, life, services }));
  const due = silent.length > 0 && nowMs - state.toldMs >= repeatReportMs;
  if (!due && isSameReport(silent, state.told)) return { state, effects: [] };
  return { state: { ...state, told: silent, toldMs: nowMs }, effects: [{ kind: 'report', silent }] };
}

function heard(
  state: DetectorState,
  node: NodeId,
  said: Pick<Watched, 'life' | 'lagging'>,
  nowMs: number,
): DetectorStep {
  const watched = state.members.get(node);
  if (watched === undefined) return { state, effects: [] };
  const next = changed(state, node, {
    ...said,
    life: compareLives(said.life, watched.life) > 0 ? said.life : watched.life,
    quietSinceMs: nowMs,
    heard: true,
    hintedMs: undefined,
    probedMs: undefined,
    agreedMs: undefined,
    refutedMs: undefined,
    services: 'asking',
    finding: 'alive',
  });
  const effects: DetectorEffect[] =
    watched.finding === 'alive' ? [] : [{ kind: 'found', node, finding: 'alive' }];
  return { state: next, effects };
}

/** It lives, though its heartbeats do not arrive: that keeps it from getting unreachable for a while. */
function refuted(state: DetectorState, node: NodeId, life: Life, nowMs: number): DetectorStep {
  const watched = state.members.get(node);
  if (watched === undefined || compareLives(life, watched.life) < 0) return { state, effects: [] };
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
  { observer, self, silent }: Extract<DetectorEvent, { kind: 'report' }>,
  nowMs: number,
): DetectorStep {
  if (!state.members.has(observer)) return { state, effects: [] };
  const said = new Map(silent.map((entry) => [entry.node, entry]));
  const members = new Map(
    [...state.members].map(([node, watched]): [NodeId, Watched] => [
      node,
      withReport(watched, observer, said.get(node), nowMs),
    ]),
  );
  return refute({ ...state, members }, said.get(self)?.life, nowMs);
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

function withReport(
  watched: Watched,
  observer: NodeId,
  entry: SilentNode | undefined,
  nowMs: number,
): Watched {
  if (entry === undefined && !watched.reports.has(observer)) return watched;
  const reports = new Map<NodeId, Report>(watched.reports);
  if (entry === undefined) reports.delete(observer);
  else reports.set(observer, { ...entry, atMs: nowMs });
  return { ...watched, reports };
}

function withMembers(state: DetectorState, nodes: readonly NodeId[], nowMs: number): DetectorState {
  const graceMs = nowMs - state.startedMs < startGraceMs ? startGraceMs : newcomerGraceMs;
  const members = new Map(nodes.map((node) => [node, state.members.get(node) ?? newcomer(nowMs + graceMs)]));
  return { ...state, members };
}

/** Not heard yet, and not missed before `expectedMs`. */
function newcomer(expectedMs: number): Watched {
  return {
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
