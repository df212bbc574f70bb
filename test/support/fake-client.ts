import * as z from 'zod';
import { certificateReport } from '../../agent/api/certificate-report.ts';
import {
  type ChangeReport,
  type NodeReport,
  type SettingsChange,
  type SettingsReport,
  schemaVersion,
} from '../../agent/api/contract.ts';
import { statusReport } from '../../agent/api/status.ts';
import { whyReport } from '../../agent/api/why.ts';
import { nodeNamed } from '../../coordinator/brain/node-verbs.ts';
import type { Client } from '../../coordinator/cli/client.ts';
import { MusterError } from '../../roles/model/errors.ts';
import { decodeToken, encodeToken, type Token } from '../../roles/model/token.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import { fakeApplications } from './fake-applications.ts';
import { sampleCaches } from './fake-caches.ts';
import { databaseAnswers } from './fake-databases.ts';
import { SampleSettings, sampleEvent, sampleNow } from './fake-handle.ts';
import { serverAnswers } from './fake-servers.ts';
import { certifiedView } from './sample-certificates.ts';
import { lonelyView } from './sample-views.ts';

export interface FakeClient extends Client {
  readonly changes: SettingsChange[];
  /** What was changed besides settings, as a line each. */
  readonly orders: string[];
}

const answering = { writable: true, revision: 7, sentence: 'The store answers.' };

/** An agent that answers at once, from memory, about one view. */
export function fakeClient(part: Partial<Client> = {}, view: View = lonelyView()): FakeClient {
  const stored: SettingsReport = { schemaVersion, revision: 7, settings: SampleSettings.parse({}) };
  const events = [1, 2, 3].map((sequence) => sampleEvent(sequence));
  const changes: SettingsChange[] = [];
  const orders: string[] = [];
  return {
    changes,
    orders,
    ...nodeAnswers(view, orders),
    ...tokenAnswers(orders),
    ...certificateAnswers(orders),
    applications: fakeApplications(orders),
    ...databaseAnswers(orders),
    ...serverAnswers(orders),
    status: async () => statusReport(view, { version: '0.1.0', decisions: answering, now: sampleNow }),
    events: async (limit) => ({ schemaVersion, events: events.slice(-limit) }),
    followEvents: async function* () {
      yield* events;
    },
    rejoin: async (address) => ({
      schemaVersion,
      node: { id: view.self, name: 'b1', address },
      sentence: `b1 answers from ${address}`,
    }),
    cache: async () => ({ schemaVersion, version: 7, waiting: [], caches: [] }),
    caches: async () => sampleCaches,
    purge: async ({ kind }) => ({ schemaVersion, sentence: `purged: ${kind}`, version: 7 }),
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

type NodeAnswers = Pick<Client, 'node' | 'drainNode' | 'removeNode' | 'wishRole'>;

function nodeAnswers(view: View, orders: string[]): NodeAnswers {
  const found = (wanted: string): NodeView => nodeNamed(view, wanted);
  const order = (dryRun: boolean, line: string): string => {
    if (!dryRun) orders.push(line);
    return dryRun ? `it would be: ${line}` : `it is so: ${line}`;
  };
  return {
    node: async (wanted) => nodeReport(view, found(wanted)),
    drainNode: async (wanted, drained, dryRun = false) => ({
      schemaVersion,
      sentence: order(dryRun, `${found(wanted).record.name} drained ${String(drained)}`),
    }),
    removeNode: async (wanted, dryRun = false) => ({
      schemaVersion,
      removed: !dryRun,
      sentence: order(dryRun, `${found(wanted).record.name} removed`),
    }),
    wishRole: async (wanted, role, wish, dryRun = false) => ({
      schemaVersion,
      sentence: order(dryRun, `${found(wanted).record.name} ${role} ${wish}`),
    }),
  };
}

function nodeReport(view: View, { record, roles, verdict, facts }: NodeView): NodeReport {
  const { nodes } = statusReport(view, { version: '0.1.0', decisions: answering, now: sampleNow });
  const node = nodes.find(({ id }) => id === record.id) ?? refuse('not-found', record.id);
  const why = Object.fromEntries(roles.map((role) => [role, `${verdict} nodes carry it`]));
  const { ordinal } = record;
  if (facts === undefined) return { schemaVersion, node, ordinal, why, versions: {} };
  const { hardware, versions } = facts;
  return { schemaVersion, node, ordinal, why, admittedAt: '2026-01-01T09:00:00.000Z', hardware, versions };
}

type CertificateAnswers = Pick<
  Client,
  'certificates' | 'setCertificate' | 'requestCertificate' | 'renewCertificate' | 'removeCertificate'
>;

function certificateAnswers(orders: string[]): CertificateAnswers {
  const order = (dryRun: boolean, line: string): ChangeReport => {
    if (!dryRun) orders.push(line);
    return { schemaVersion, sentence: dryRun ? `it would be: ${line}` : `it is so: ${line}` };
  };
  return {
    certificates: async () => certificateReport(certifiedView()),
    setCertificate: async ({ name = 'unnamed', certificate, key }, dryRun = false) =>
      order(dryRun, `${name} set from ${certificate} and ${key}`),
    requestCertificate: async ({ name = 'unnamed', domains }, dryRun = false) =>
      order(dryRun, `${name} for ${domains.join(' ')}`),
    renewCertificate: async (name) => order(false, `${name} renewed`),
    removeCertificate: async (name, dryRun = false) => order(dryRun, `${name} removed`),
  };
}

type TokenAnswers = Pick<Client, 'tokens' | 'createToken' | 'revokeToken' | 'inspectToken'>;

function tokenAnswers(orders: string[]): TokenAnswers {
  return {
    tokens: async () => ({
      schemaVersion,
      tokens: [
        { id: sampleToken.id, state: 'good', usesLeft: 9, admitted: ['naaaaaaaaaaaa'], ...sampleTimes },
        { id: 'tbbbbbbbbbbbb', state: 'revoked', usesLeft: 10, admitted: [], ...sampleTimes },
      ],
    }),
    createToken: async ({ uses = 10, lifetimeMinutes = 60 }) => {
      orders.push(`token for ${String(uses)} within ${String(lifetimeMinutes)} min`);
      const { id, expiresAt } = sampleToken;
      const lines = { curl: 'curl … | sh', wget: 'wget … | sh' };
      return { schemaVersion, id, token: encodeToken(sampleToken), expiresAt, uses, lines };
    },
    revokeToken: async (id) => {
      if (id !== sampleToken.id) refuse('not-found', id);
      orders.push(`${id} revoked`);
      return { schemaVersion, sentence: `${id} is revoked` };
    },
    inspectToken: async (text) => {
      const { secret: _, ...token } = decodeToken(text);
      return { schemaVersion, ...token, state: 'good', usesLeft: 9 };
    },
  };
}

/** A token as a node would make it. */
export const sampleToken: Token = {
  id: 'taaaaaaaaaaaa',
  secret: 'AAECAwQFBgcICQoLDA0ODw',
  clusterId: 'caaaaaaaaaaaa',
  addresses: ['10.77.0.11'],
  pin: `sha256//${'A'.repeat(43)}=`,
  expiresAt: '2026-01-01T13:00:00.000Z',
};

const sampleTimes = { createdAt: '2026-01-01T12:00:00.000Z', expiresAt: sampleToken.expiresAt };

function checked({ revision, settings }: SettingsChange): SettingsReport {
  const parsed = SampleSettings.safeParse(settings);
  return parsed.success
    ? { schemaVersion, revision, settings: parsed.data }
    : refuse('settings-invalid', parsed.error.message);
}

function refuse(code: 'not-found' | 'settings-invalid', what: string): never {
  throw new MusterError(code, { what, why: 'it is so', next: 'muster --help' });
}
