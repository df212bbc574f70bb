import type { RequestOptions } from 'node:http';
import { createInterface } from 'node:readline';
import type * as z from 'zod';
import {
  CacheReport,
  type CertificateBrought,
  CertificatesReport,
  type CertificateWanted,
  ChangeReport,
  DoctorReport,
  type DrainChange,
  EventsReport,
  InspectionReport,
  NodeReport,
  type PlaceableRole,
  PlanReport,
  PurgeReport,
  type PurgeRequest,
  RemovalReport,
  type RoleChange,
  type SettingsChange,
  SettingsReport,
  SettingsSchemaReport,
  StatusReport,
  type TokenInspection,
  TokenReport,
  type TokenRequest,
  TokensReport,
  WhyReport,
} from '../../agent/api/contract.ts';
import { CachesReport } from '../../agent/api/contract-cache.ts';
import { RejoinReport, type RejoinRequest } from '../../agent/api/contract-rejoin.ts';
import { Event } from '../../roles/model/event.ts';
import { type ApplicationClient, applicationClient } from './client-applications.ts';
import { type Change, type DatabasesClient, databasesClient } from './client-databases.ts';
import { unreachable } from './client-errors.ts';
import { answerOf, parse, send, timeoutMs } from './client-http.ts';
import { type ServersClient, serversClient } from './client-servers.ts';

/** The agent of this machine as the verbs see it. Rejects with errors of the house only. */
export interface Client extends DatabasesClient, ServersClient {
  status(): Promise<StatusReport>;
  events(limit: number): Promise<EventsReport>;
  /** The newest `limit` events, then each new one, until the agent or the operator ends it. */
  followEvents(limit: number): AsyncIterable<Event>;
  plan(): Promise<PlanReport>;
  doctor(): Promise<DoctorReport>;
  why(node: string): Promise<WhyReport>;
  settings(): Promise<SettingsReport>;
  settingsSchema(): Promise<SettingsSchemaReport>;
  /** What the settings would be after this change; nothing is changed. */
  checkSettings(change: SettingsChange): Promise<SettingsReport>;
  changeSettings(change: SettingsChange): Promise<SettingsReport>;
  node(node: string): Promise<NodeReport>;
  /** A dry run, here and below, is only answered with what it would mean. */
  drainNode(node: string, drained: boolean, dryRun?: boolean): Promise<ChangeReport>;
  /** One turn of a removal; ask again until it is `removed`. */
  removeNode(node: string, dryRun?: boolean): Promise<RemovalReport>;
  wishRole(
    node: string,
    role: PlaceableRole,
    wish: RoleChange['wish'],
    dryRun?: boolean,
  ): Promise<ChangeReport>;
  /** Where another node is; who answers from there, or an error after ten seconds. */
  rejoin(address: string): Promise<RejoinReport>;
  tokens(): Promise<TokensReport>;
  createToken(request: TokenRequest): Promise<TokenReport>;
  revokeToken(id: string): Promise<ChangeReport>;
  inspectToken(token: string): Promise<InspectionReport>;
  certificates(): Promise<CertificatesReport>;
  setCertificate(brought: CertificateBrought, dryRun?: boolean): Promise<ChangeReport>;
  requestCertificate(wanted: CertificateWanted, dryRun?: boolean): Promise<ChangeReport>;
  renewCertificate(name: string): Promise<ChangeReport>;
  removeCertificate(name: string, dryRun?: boolean): Promise<ChangeReport>;
  readonly applications: ApplicationClient;
  /** How far the last purge has come. */
  cache(): Promise<CacheReport>;
  caches(): Promise<CachesReport>;
  purge(request: PurgeRequest): Promise<PurgeReport>;
}

export interface ClientOptions {
  readonly socketPath: string;
  readonly signal: AbortSignal;
}

/** HTTP over the agent's local socket, every answer parsed by the contract. */
export function createClient({ socketPath, signal }: ClientOptions): Client {
  const base = { socketPath, signal, agent: false, timeout: timeoutMs };

  async function ask<Report>(schema: z.ZodType<Report>, path: string, change?: Change): Promise<Report> {
    const response = await send({ ...base, path, method: change?.method ?? 'GET' }, change?.body);
    return parse(schema, path, await answerOf(response));
  }

  return {
    applications: applicationClient(base, ask),
    ...databasesClient(ask),
    ...serversClient(ask),
    status: () => ask(StatusReport, '/v1/status'),
    events: (limit) => ask(EventsReport, `/v1/events?limit=${String(limit)}`),
    followEvents: (limit) => follow({ ...base, timeout: 0 }, limit),
    plan: () => ask(PlanReport, '/v1/plan'),
    doctor: () => ask(DoctorReport, '/v1/doctor'),
    why: (node) => ask(WhyReport, `${pathOf(node)}/why`),
    settings: () => ask(SettingsReport, '/v1/settings'),
    settingsSchema: () => ask(SettingsSchemaReport, '/v1/settings/schema'),
    checkSettings: (body) => ask(SettingsReport, `/v1/settings${dry(true)}`, { method: 'PUT', body }),
    changeSettings: (body) => ask(SettingsReport, '/v1/settings', { method: 'PUT', body }),
    node: (node) => ask(NodeReport, pathOf(node)),
    drainNode: (node, drained, dryRun) =>
      ask(ChangeReport, `${pathOf(node)}/drained${dry(dryRun)}`, {
        method: 'PUT',
        body: { drained } satisfies DrainChange,
      }),
    removeNode: (node, dryRun) => ask(RemovalReport, `${pathOf(node)}${dry(dryRun)}`, { method: 'DELETE' }),
    wishRole: (node, role, wish, dryRun) =>
      ask(ChangeReport, `${pathOf(node)}/roles/${role}${dry(dryRun)}`, {
        method: 'PUT',
        body: { wish } satisfies RoleChange,
      }),
    rejoin: (address) =>
      ask(RejoinReport, '/v1/rejoin', { method: 'POST', body: { address } satisfies RejoinRequest }),
    tokens: () => ask(TokensReport, '/v1/tokens'),
    createToken: (body) => ask(TokenReport, '/v1/tokens', { method: 'POST', body }),
    revokeToken: (id) => ask(ChangeReport, `/v1/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    cache: () => ask(CacheReport, '/v1/cache'),
    caches: () => ask(CachesReport, '/v1/cache/status'),
    purge: (body) => ask(PurgeReport, '/v1/cache/purge', { method: 'POST', body }),
    inspectToken: (token) =>
      ask(InspectionReport, '/v1/tokens/inspect', {
        method: 'POST',
        body: { token } satisfies TokenInspection,
      }),
    certificates: () => ask(CertificatesReport, certificatesPath),
    setCertificate: (body, dryRun) =>
      ask(ChangeReport, `${certificatesPath}${dry(dryRun)}`, { method: 'POST', body }),
    requestCertificate: (body, dryRun) =>
      ask(ChangeReport, `${certificatesPath}/request${dry(dryRun)}`, { method: 'POST', body }),
    renewCertificate: (name) => ask(ChangeReport, `${certificatePath(name)}/renew`, { method: 'POST' }),
    removeCertificate: (name, dryRun) =>
      ask(ChangeReport, `${certificatePath(name)}${dry(dryRun)}`, { method: 'DELETE' }),
  };
}

const certificatesPath = '/v1/certificates';

function certificatePath(name: string): string {
  return `${certificatesPath}/${encodeURIComponent(name)}`;
}

function pathOf(node: string): string {
  return `/v1/nodes/${encodeURIComponent(node)}`;
}

function dry(dryRun = false): string {
  return dryRun ? '?dry-run=1' : '';
}

async function* follow(base: RequestOptions, limit: number): AsyncGenerator<Event> {
  const path = `/v1/events?follow=1&limit=${String(limit)}`;
  const response = await send({ ...base, path });
  if (response.statusCode !== 200) await answerOf(response);
  try {
    for await (const line of createInterface({ input: response })) yield parse(Event, path, line);
  } catch (error) {
    throw unreachable(error);
  }
}
