import { changeSettings, settingsChanges } from '../coordinator/brain/change-settings.ts';
import type { DecisionSet } from '../coordinator/store/codec.ts';
import { MusterError } from '../roles/model/errors.ts';
import type { Event } from '../roles/model/event.ts';
import type { Decisions, Files } from '../roles/model/ports.ts';
import type { View } from '../roles/model/view.ts';
import { type PlanReport, type SettingsChange, type SettingsReport, schemaVersion } from './api/contract.ts';
import { doctorReport, type Examination } from './api/doctor.ts';
import type { AgentHandle } from './api/handle.ts';
import { diffOf } from './reconcile/diff.ts';
import type { Journal } from './reconcile/journal.ts';
import type { RoleLoops } from './reconcile/role-loops.ts';
import { whatOf } from './reconcile/sentences.ts';

export interface HandleParts {
  readonly version: string;
  readonly files: Files;
  readonly journal: Journal;
  readonly loops: RoleLoops;
  readonly decisions: Decisions;
  readonly known: () => DecisionSet | undefined;
  readonly view: () => View | undefined;
  readonly reach: () => { readonly writable: boolean; readonly sentence: string };
  readonly examine: () => Promise<Examination>;
  /** Asks for the newest decisions now, after a change of our own. */
  readonly refresh: () => Promise<void>;
}

/** The running agent as the API sees it. */
export function agentHandle(parts: HandleParts): AgentHandle {
  const { journal } = parts;
  return {
    version: parts.version,
    view: parts.view,
    decisions: () => ({ ...parts.reach(), revision: parts.known()?.revision ?? 0 }),
    reasons: (node) => parts.known()?.assignments[node]?.why ?? {},
    events: (after, limit) => journal.after(after, limit),
    follow: (signal) => follow(journal, signal),
    plan: () => plan(parts),
    doctor: async () => doctorReport(await parts.examine()),
    settings: () => settingsReport(knownOf(parts)),
    changeSettings: (change) => putSettings(parts, change),
  };
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

async function putSettings(parts: HandleParts, change: SettingsChange): Promise<SettingsReport> {
  const before = knownOf(parts).settings;
  const { revision, settings } = await changeSettings(parts.decisions, change);
  for (const line of settingsChanges(before, settings)) {
    await parts.journal.tell({ kind: 'info', sentence: `setting ${line}, by the operator` });
  }
  await parts.refresh();
  return { schemaVersion, revision, settings };
}

function knownOf(parts: HandleParts): DecisionSet {
  const known = parts.known();
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
