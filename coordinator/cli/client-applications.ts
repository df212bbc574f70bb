import { createReadStream } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import type * as z from 'zod';
import { ChangeReport } from '../../agent/api/contract.ts';
import {
  type ApplicationCreation,
  ApplicationReport,
  ApplicationsReport,
  ArchiveReport,
  type EnvironmentChange,
  EnvironmentReport,
  type ReleaseOrder,
  ReleaseReport,
  type RollbackOrder,
} from '../../agent/api/contract-apps.ts';
import { unreachable } from './client-errors.ts';
import { answerOf, type Change, parse, send } from './client-http.ts';
import type { Packed } from './pack.ts';

/** What the agent of this machine does for applications. */
export interface ApplicationClient {
  list(): Promise<ApplicationsReport>;
  show(name: string): Promise<ApplicationReport>;
  create(creation: ApplicationCreation): Promise<ChangeReport>;
  remove(name: string): Promise<ChangeReport>;
  /** Brings an archive in; nothing is decided yet. */
  upload(name: string, archive: Packed): Promise<ArchiveReport>;
  release(name: string, order: ReleaseOrder): Promise<ReleaseReport>;
  rollback(name: string, order: RollbackOrder): Promise<ReleaseReport>;
  variables(name: string): Promise<EnvironmentReport>;
  setVariables(name: string, change: EnvironmentChange): Promise<ChangeReport>;
  /** The last lines of its logs on this node; then each new one, if asked for. */
  logs(name: string, lines: number, follow: boolean): AsyncIterable<string>;
}

type Ask = <Report>(schema: z.ZodType<Report>, path: string, change?: Change) => Promise<Report>;

/** `base`: how the agent is reached. */
export function applicationClient(base: RequestOptions, ask: Ask): ApplicationClient {
  return {
    list: () => ask(ApplicationsReport, '/v1/apps'),
    show: (name) => ask(ApplicationReport, pathOf(name)),
    create: (body) => ask(ChangeReport, '/v1/apps', { method: 'POST', body }),
    remove: (name) => ask(ChangeReport, pathOf(name), { method: 'DELETE' }),
    upload: async (name, archive) => {
      const path = `${pathOf(name)}/archives?sha256=${archive.sha256}`;
      return parse(ArchiveReport, path, await answerOf(await sendFile({ ...base, path }, archive)));
    },
    release: (name, body) => ask(ReleaseReport, `${pathOf(name)}/releases`, { method: 'POST', body }),
    rollback: (name, body) => ask(ReleaseReport, `${pathOf(name)}/rollback`, { method: 'POST', body }),
    variables: (name) => ask(EnvironmentReport, `${pathOf(name)}/environment`),
    setVariables: (name, body) => ask(ChangeReport, `${pathOf(name)}/environment`, { method: 'PUT', body }),
    logs: (name, lines, follow) => logs(base, name, lines, follow),
  };
}

function pathOf(name: string): string {
  return `/v1/apps/${encodeURIComponent(name)}`;
}

/** Looking an archive through takes a second for each few hundred megabytes. */
const uploadTimeoutMs = 600_000;

async function sendFile(options: RequestOptions, archive: Packed): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/gzip', 'content-length': String(archive.bytes) };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = httpRequest({ ...options, method: 'POST', headers, timeout: uploadTimeoutMs }, resolve);
  request.on('error', reject);
  // An agent that refuses answers before all of it was sent: what counts is its answer.
  pipeline(createReadStream(archive.path), request).catch(() => undefined);
  try {
    return await promise;
  } catch (error) {
    throw unreachable(error);
  }
}

async function* logs(
  base: RequestOptions,
  name: string,
  lines: number,
  follow: boolean,
): AsyncGenerator<string> {
  const path = `${pathOf(name)}/logs?lines=${String(lines)}&follow=${follow ? '1' : '0'}`;
  const response = await send({ ...base, path, timeout: 0 });
  if (response.statusCode !== 200) await answerOf(response);
  try {
    yield* createInterface({ input: response });
  } catch (error) {
    throw unreachable(error);
  }
}
