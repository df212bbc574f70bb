import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type * as z from 'zod';
import {
  DoctorReport,
  EventsReport,
  PlanReport,
  type SettingsChange,
  SettingsReport,
  SettingsSchemaReport,
  StatusReport,
  WhyReport,
} from '../../agent/api/contract.ts';
import { Event } from '../../roles/model/event.ts';
import { errorFromAnswer, notUnderstood, unreachable } from './client-errors.ts';

/** The agent of this machine as the verbs see it. Rejects with errors of the house only. */
export interface Client {
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
}

export interface ClientOptions {
  readonly socketPath: string;
  readonly signal: AbortSignal;
}

/** A plan observes the whole machine first; all else answers within milliseconds. */
const timeoutMs = 60_000;

/** HTTP over the agent's local socket, every answer parsed by the contract. */
export function createClient({ socketPath, signal }: ClientOptions): Client {
  const base = { socketPath, signal, agent: false, timeout: timeoutMs };

  async function ask<Report>(schema: z.ZodType<Report>, path: string): Promise<Report> {
    return parse(schema, path, await answerOf(await send({ ...base, path })));
  }

  async function put(path: string, change: SettingsChange): Promise<SettingsReport> {
    const headers = { 'content-type': 'application/json' };
    const response = await send({ ...base, path, method: 'PUT', headers }, JSON.stringify(change));
    return parse(SettingsReport, path, await answerOf(response));
  }

  return {
    status: () => ask(StatusReport, '/v1/status'),
    events: (limit) => ask(EventsReport, `/v1/events?limit=${String(limit)}`),
    followEvents: (limit) => follow({ ...base, timeout: 0 }, limit),
    plan: () => ask(PlanReport, '/v1/plan'),
    doctor: () => ask(DoctorReport, '/v1/doctor'),
    why: (node) => ask(WhyReport, `/v1/nodes/${encodeURIComponent(node)}/why`),
    settings: () => ask(SettingsReport, '/v1/settings'),
    settingsSchema: () => ask(SettingsSchemaReport, '/v1/settings/schema'),
    checkSettings: (change) => put('/v1/settings?dry-run=1', change),
    changeSettings: (change) => put('/v1/settings', change),
  };
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

async function send(options: RequestOptions, body?: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = httpRequest(options, resolve);
  request.on('error', reject);
  request.on('timeout', () => request.destroy(new Error(`no answer within ${String(timeoutMs / 1000)} s`)));
  request.end(body);
  try {
    return await promise;
  } catch (error) {
    throw unreachable(error);
  }
}

/** The body of a good answer; throws what the agent says otherwise. */
async function answerOf(response: IncomingMessage): Promise<string> {
  const body = await text(response).catch((error: unknown) => {
    throw unreachable(error);
  });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return body;
  throw errorFromAnswer(status, body);
}

function parse<Report>(schema: z.ZodType<Report>, path: string, body: string): Report {
  try {
    return schema.parse(JSON.parse(body));
  } catch (error) {
    throw notUnderstood(path, error);
  }
}
