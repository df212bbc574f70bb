import type { DecisionSet } from '../coordinator/store/codec.ts';
import { MusterError } from '../roles/model/errors.ts';
import type { Event } from '../roles/model/event.ts';
import type { NodeId } from '../roles/model/node.ts';
import { paths } from '../roles/model/paths.ts';
import type { Clock, Files, Questions } from '../roles/model/ports.ts';
import type { View } from '../roles/model/view.ts';
import { requireHeldToken } from './admission/check-token.ts';
import { authorityKeyOf } from './admission/keys.ts';
import { requireRenewer } from './admission/renewal.ts';
import { inspectToken, listTokens } from './admission/tokens.ts';
import type { ApplicationHandle } from './api/application-words.ts';
import {
  type DoctorReport,
  type PlanReport,
  type SettingsReport,
  type StatusReport,
  schemaVersion,
  type TokenPlace,
} from './api/contract.ts';
import type { Decider } from './api/decider.ts';
import { doctorReport } from './api/doctor/doctor.ts';
import type { Examination } from './api/doctor/examination.ts';
import type { AgentHandle } from './api/handle.ts';
import { risksOf } from './api/risks.ts';
import { cachesHandle } from './caches/handle.ts';
import { type ServerHandleParts, serverHandle } from './database/handle.ts';
import { databasesHandle } from './databases/handle.ts';
import { passOn } from './decisions/pass-on.ts';
import type { DecisionSource } from './decisions/source.ts';
import type { Gossip } from './gossip/gossip.ts';
import type { PayloadFiles } from './host/payload-files.ts';
import type { NodeConfig } from './local/state.ts';
import { diffOf } from './reconcile/diff.ts';
import type { Journal } from './reconcile/journal.ts';
import type { RoleLoops } from './reconcile/role-loops.ts';
import { whatOf } from './reconcile/sentences.ts';
import { rejoin } from './self/rejoin.ts';
import type { Twin } from './self/twin.ts';

export interface HandleParts extends ServerHandleParts {
  readonly version: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly questions: Questions;
  readonly journal: Journal;
  readonly loops: RoleLoops;
  readonly config: Pick<NodeConfig, 'nodeId' | 'address'>;
  readonly gossip: Pick<Gossip, 'membership'>;
  readonly twin: Pick<Twin, 'livesMs'>;
  readonly source: DecisionSource;
  readonly view: () => View | undefined;
  readonly examine: () => Promise<Examination>;
  readonly decider: () => Decider | undefined;
  readonly place: () => Promise<TokenPlace>;
  readonly payload: PayloadFiles;
  readonly applications: ApplicationHandle;
}

/** The running agent as the API sees it. */
export function agentHandle(parts: HandleParts): AgentHandle {
  const { journal, source, clock, payload } = parts;
  const known = (): DecisionSet | undefined => source.known();
  return {
    version: parts.version,
    view: parts.view,
    decisions: () => decisionsOf(source),
    now: () => clock.now(),
    reasons: (node) => known()?.assignments[node]?.why ?? {},
    events: (after, limit) => journal.after(after, limit),
    follow: (signal) => follow(journal, signal),
    plan: () => plan(parts),
    doctor: () => doctor(parts),
    heard: (node, from) => heard(parts, node, from),
    rejoin: (address) => rejoin(parts, address),
    settings: () => settingsReport(knownOf(parts)),
    decider: parts.decider,
    passOn: async (request) => {
      const answer = await passOn(source.peers, source.voters(), request);
      // What it changed is known here before whoever asked looks again.
      await source.refresh();
      return answer;
    },
    strangeness: (node) => strangeness(known(), parts.view(), node),
    copy: () => ({
      ...source.snapshot(),
      store: { answers: source.answers(), sentence: source.reach().sentence },
    }),
    onCopy: (listener) => source.onChange(listener),
    databases: databasesHandle(parts),
    server: serverHandle(parts),
    caches: cachesHandle({ questions: parts.questions, peers: source.peers }),
    tombstone: (node) => known()?.tombstones[node],
    place: parts.place,
    tokens: () => listTokens(knownOf(parts), clock.now()),
    inspect: (token) => inspectToken(token, known()?.tokens ?? {}, clock.now()),
    requireToken: (tokenId, secret) =>
      requireHeldToken(known()?.tokens ?? {}, { tokenId, secret }, clock.now()),
    requireRenewer: async (request) => {
      const caPem = await parts.files.read(paths.authority);
      if (caPem !== undefined) requireRenewer(knownOf(parts), authorityKeyOf(caPem), request);
    },
    payload,
    applications: parts.applications,
  };
}

async function doctor({ examine, view, source, clock }: HandleParts): Promise<DoctorReport> {
  const [seen, known] = [await examine(), view()];
  return doctorReport(seen, known === undefined ? [] : risksOf(known, decisionsOf(source), clock.now()));
}

function decisionsOf(source: DecisionSource): StatusReport['decisions'] {
  return { ...source.reach(), revision: source.known()?.revision ?? 0 };
}

async function plan(parts: HandleParts): Promise<PlanReport> {
  const view = parts.view();
  if (view === undefined) throw notYet();
  const steps = await parts.loops.dryRun(view);
  return {
    schemaVersion,
    node: view.self,
    steps: await Promise.all(
      steps.map(async ({ role, step }) => ({
        role,
        kind: step.kind,
        what: whatOf(step),
        why: step.why,
        diff: await diffOf(parts.files, step),
      })),
    ),
  };
}

function settingsReport(known: DecisionSet): SettingsReport {
  const settings = known.settings as SettingsReport['settings'];
  return { schemaVersion, revision: known.settingsRevision, settings };
}

/** A certificate outlives its node's admission by up to a year: what counts is who is admitted now. */
function strangeness(
  known: DecisionSet | undefined,
  view: View | undefined,
  node: NodeId,
): string | undefined {
  // Its tombstone may have come by gossip, where no voter is heard.
  if (view?.nodes.some(({ record, verdict }) => record.id === node && verdict === 'left') === true) {
    return 'it was removed, or has left';
  }
  if (known?.nodes.some(({ id }) => id === node) === true) return undefined;
  const removedAt = known?.tombstones[node]?.tombstone.at;
  return removedAt === undefined ? 'it is not among the nodes' : `it was removed at ${removedAt}`;
}

function knownOf({ source }: HandleParts): DecisionSet {
  const known = source.known();
  if (known === undefined) throw notYet();
  return known;
}

function notYet(): MusterError {
  return new MusterError('state-unreadable', {
    what: 'this node does not know its decisions yet',
    why: 'the agent has just started, or its copy of them is gone and no store answers',
    next: 'muster status in a few seconds; if it stays so, ./install.sh',
  });
}

/** Every new event from now on, until the signal aborts. */
async function* follow(journal: Journal, signal: AbortSignal): AsyncGenerator<Event> {
  const waiting: Event[] = [];
  let ring = Promise.withResolvers<void>();
  const stop = journal.listen((event) => {
    waiting.push(event);
    ring.resolve();
  });
  const end = (): void => ring.resolve();
  signal.addEventListener('abort', end);
  try {
    while (!signal.aborted) {
      await ring.promise;
      ring = Promise.withResolvers();
      yield* waiting.splice(0);
    }
  } finally {
    stop();
    signal.removeEventListener('abort', end);
  }
}

function heard(
  { config, gossip, journal, twin }: HandleParts,
  node: NodeId,
  from: string,
): ReturnType<AgentHandle['heard']> {
  if (node !== config.nodeId) return gossip.membership()?.heard(node);
  if (from !== config.address)
    void journal.tell({ kind: 'error', role: 'node', sentence: askedByTwin(from) });
  return { address: config.address, agoMs: 0, livesMs: twin.livesMs() };
}

function askedByTwin(from: string): string {
  return `another machine, at ${from}, lives under this node's identity (a cloned disk?): of the two the one that began later keeps still; next, on that one: muster uninstall, then join it anew`;
}
