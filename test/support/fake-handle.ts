import * as z from 'zod';
import { inspectToken } from '../../agent/admission/tokens.ts';
import { type SettingsReport, schemaVersion } from '../../agent/api/contract.ts';
import type { Decider } from '../../agent/api/decider.ts';
import type { AgentHandle } from '../../agent/api/handle.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Event } from '../../roles/model/event.ts';
import { ClusterSettings } from '../../roles/model/settings.ts';
import type { View } from '../../roles/model/view.ts';
import { sampleCaches } from './fake-caches.ts';
import { lonelyView } from './sample-views.ts';

/** Settings with every kind of value that a key may have. */
export const SampleSettings = z.strictObject({
  cluster: ClusterSettings.prefault({}),
  web: z
    .strictObject({
      workers: z
        .union([z.literal('auto'), z.int().min(0)])
        .default('auto')
        .describe('PHP workers; auto follows the memory.'),
      spare: z.int().min(0).max(64).default(2).describe('Workers that wait for work.'),
      compress: z.boolean().default(true),
      level: z.enum(['low', 'high']).default('low'),
      aliases: z.array(z.string()).default([]),
    })
    .prefault({}),
});

/** A token that the fake takes. */
export const goodToken = 'taaaaaaaaaaaa';
const samplePin = `sha256//${'A'.repeat(43)}=`;

function refuse(what: string): never {
  throw new MusterError('node-refused', { what, why: 'it is so', next: 'muster --help' });
}

/** When everything in the fakes happens. */
export const sampleNow = new Date('2026-01-01T12:00:00.000Z');

export function sampleEvent(sequence: number, part: Partial<Event> = {}): Event {
  const at = new Date(Date.UTC(2026, 0, 1, 12, 0, sequence)).toISOString();
  return { sequence, at, kind: 'info', role: 'web', sentence: `sentence ${String(sequence)}`, ...part };
}

/** An agent that answers from memory; `emit` adds to its events and tells its followers. */
export interface FakeHandle extends AgentHandle {
  current: View | undefined;
  readonly history: Event[];
  readonly changes: SettingsReport[];
  /** What operators said, in order; a dry run says nothing. */
  readonly words: string[];
  word(sentence: string, dryRun: boolean): string;
  emit(event: Event): void;
  followers(): number;
}

export function fakeHandle(part: Partial<AgentHandle> = {}): FakeHandle {
  let stored: SettingsReport = { schemaVersion, revision: 7, settings: SampleSettings.parse({}) };
  const wakes = new Set<(event: Event | undefined) => void>();
  const handle: FakeHandle = {
    version: '0.1.0',
    now: () => sampleNow,
    current: lonelyView(),
    history: [1, 2, 3].map((sequence) => sampleEvent(sequence)),
    changes: [],
    words: [],
    word: (sentence, dryRun) => {
      if (!dryRun) handle.words.push(sentence);
      return sentence;
    },
    view: () => handle.current,
    decisions: () => ({ writable: true, revision: 7, sentence: 'The store answers.' }),
    reasons: () => ({
      web: 'the only node carries every role',
      balancer: 'the only node carries every role',
    }),
    events: (after, limit) => handle.history.filter((e) => e.sequence > after).slice(-limit),
    follow: (signal) => follow(wakes, signal),
    plan: async () => ({ schemaVersion, node: lonelyView().self, steps: [] }),
    doctor: async () => ({ schemaVersion, findings: [] }),
    settings: () => stored,
    decider: () => decider,
    passOn: async () => {
      throw new MusterError('store-unreachable', {
        what: 'no',
        why: 'nobody keeps it',
        next: 'muster status',
      });
    },
    heard: () => undefined,
    rejoin: async (address) => ({
      schemaVersion,
      node: { id: lonelyView().self, name: 'b1', address },
      sentence: `b1 answers from ${address}`,
    }),
    strangeness: (node) =>
      handle.current?.nodes.some(({ record }) => record.id === node) === true
        ? undefined
        : 'it is not among the nodes',
    copy: () => ({ revision: 7, entries: {}, store: { answers: true, sentence: 'The store answers.' } }),
    onCopy: () => () => undefined,
    caches: {
      own: async ({ self }) => ({ schemaVersion, node: self }),
      all: async () => sampleCaches,
    },
    server: {
      look: async () => ({ schemaVersion, node: lonelyView().self, serves: 'primary' }),
      all: async () => ({ schemaVersion, servers: [] }),
      turn: async (epoch) => ({
        schemaVersion,
        node: lonelyView().self,
        serves: 'primary',
        position: `0-1-${epoch}`,
      }),
      backup: () => new Blob(['all data']).stream(),
    },
    databases: {
      sizes: async () => ({ shop: 2_097_152 }),
      ownSizes: async () => ({ shop: 2_097_152 }),
      credentials: async (name) => ({ user: name, password: 'sample-password' }),
    },
    tombstone: () => undefined,
    place: async () => ({ addresses: ['10.0.0.5'], pin: samplePin }),
    tokens: () => [],
    inspect: (token) => inspectToken(token, {}, new Date(0)),
    requireToken: (tokenId) => {
      if (tokenId === goodToken) return;
      throw new MusterError('token-refused', {
        what: `${tokenId} opens nothing`,
        why: 'it is not known',
        next: 'muster token create',
      });
    },
    requireRenewer: async () => undefined,
    payload: { open: async () => undefined },
    applications: {
      receive: async () => refuse('receive'),
      archive: async () => undefined,
      variables: async () => ({}),
      logs: async function* () {},
    },
    emit: (event) => {
      handle.history.push(event);
      for (const wake of wakes) wake(event);
    },
    followers: () => wakes.size,
    ...part,
  };
  const decider: Decider = {
    changeSettings: async (change) => {
      if (change.revision !== stored.revision) {
        throw new MusterError('settings-changed', {
          what: `the settings are at revision ${String(stored.revision)}`,
          why: 'another change was quicker',
          next: 'muster settings show',
        });
      }
      stored = { schemaVersion, revision: stored.revision + 1, settings: change.settings };
      handle.changes.push(stored);
      return stored;
    },
    drain: async ({ node, drained, dryRun }) =>
      handle.word(`${drained ? 'drain' : 'undrain'} ${node}`, dryRun),
    wish: async ({ node, role, wish, dryRun }) => handle.word(`${wish} ${role} on ${node}`, dryRun),
    purge: async (purge) => ({ sentence: handle.word(`purge ${purge.kind}`, false), version: 7 }),
    revokeToken: async (id) => handle.word(`revoke ${id}`, false),
    remove: async ({ node, dryRun }) => ({
      removed: !dryRun,
      sentence: handle.word(`remove ${node}`, dryRun),
    }),
    createDatabase: async (name) => handle.word(`create ${name}`, false),
    rotatePassword: async (name) => handle.word(`rotate ${name}`, false),
    dropDatabase: async (name) => handle.word(`drop ${name}`, false),
    movePrimary: async ({ node = 'any', dryRun }) => handle.word(`move to ${node}`, dryRun),
    createToken: async ({ uses }) => ({
      id: goodToken,
      text: 'muster1.x.y',
      expiresAt: '2026-01-01T13:00:00.000Z',
      uses,
    }),
    applications: {
      create: async ({ name }) => handle.word(`create ${name}`, false),
      remove: async (name) => handle.word(`remove ${name}`, false),
      release: async (name) => ({ release: 'r1', sentence: handle.word(`release ${name}`, false) }),
      rollback: async (name) => ({ release: 'r1', sentence: handle.word(`roll ${name} back`, false) }),
      setVariables: async (name) => handle.word(`environment of ${name}`, false),
    },
    join: async ({ name }) => refuse(`join as ${name}`),
    reviewJoin: async ({ name }) => ({ notes: [`${name} would do`], known: false }),
    certificates: {
      set: async ({ name = 'shop', dryRun }) => handle.word(`certificate ${name} set`, dryRun),
      request: async ({ domains, dryRun }) => handle.word(`certificate for ${domains.join(' ')}`, dryRun),
      renew: async (name) => handle.word(`certificate ${name} renewed`, false),
      remove: async ({ name, dryRun }) => handle.word(`certificate ${name} removed`, dryRun),
    },
    renew: async ({ nodeId }) => ({ certificatePem: `certificate of ${nodeId}` }),
  };
  return handle;
}

async function* follow(
  wakes: Set<(event: Event | undefined) => void>,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  const waiting: Event[] = [];
  let wakeUp = Promise.withResolvers<void>();
  const wake = (event: Event | undefined): void => {
    if (event !== undefined) waiting.push(event);
    wakeUp.resolve();
  };
  const stop = (): void => wake(undefined);
  wakes.add(wake);
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      const next = waiting.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      await wakeUp.promise;
      wakeUp = Promise.withResolvers<void>();
    }
  } finally {
    wakes.delete(wake);
    signal.removeEventListener('abort', stop);
  }
}
