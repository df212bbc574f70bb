import * as z from 'zod';
import { type SettingsChange, type SettingsReport, schemaVersion } from '../../agent/api/contract.ts';
import { statusReport } from '../../agent/api/status.ts';
import { whyReport } from '../../agent/api/why.ts';
import { nodeNamed } from '../../coordinator/brain/node-verbs.ts';
import type { Client } from '../../coordinator/cli/client.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { View } from '../../roles/model/view.ts';
import { SampleSettings, sampleEvent } from './fake-handle.ts';
import { lonelyView } from './sample-views.ts';

export interface FakeClient extends Client {
  readonly changes: SettingsChange[];
}

/** An agent that answers at once, from memory, about one view. */
export function fakeClient(part: Partial<Client> = {}, view: View = lonelyView()): FakeClient {
  const decisions = { writable: true, revision: 7, sentence: 'The store answers.' };
  const stored: SettingsReport = { schemaVersion, revision: 7, settings: SampleSettings.parse({}) };
  const events = [1, 2, 3].map((sequence) => sampleEvent(sequence));
  const changes: SettingsChange[] = [];
  return {
    changes,
    status: async () => statusReport(view, { version: '0.1.0', decisions }),
    events: async (limit) => ({ schemaVersion, events: events.slice(-limit) }),
    followEvents: async function* () {
      yield* events;
    },
    plan: async () => ({ schemaVersion, node: view.self, steps: [] }),
    doctor: async () => ({ schemaVersion, findings: [] }),
    why: async (wanted) => whyReport(nodeNamed(view, wanted), {}, events),
    settings: async () => stored,
    settingsSchema: async () => ({ schemaVersion, schema: z.toJSONSchema(SampleSettings, { io: 'input' }) }),
    checkSettings: async (change) => checked(change),
    changeSettings: async (change) => {
      changes.push(change);
      return { ...checked(change), revision: change.revision + 1 };
    },
    ...part,
  };
}

function checked({ revision, settings }: SettingsChange): SettingsReport {
  const parsed = SampleSettings.safeParse(settings);
  return parsed.success
    ? { schemaVersion, revision, settings: parsed.data }
    : refuse('settings-invalid', parsed.error.message);
}

function refuse(code: 'not-found' | 'settings-invalid', what: string): never {
  throw new MusterError(code, { what, why: 'it is so', next: 'muster --help' });
}
