import type { Access, Connection } from '../../agent/api/access.ts';
import { createApp } from '../../agent/api/app.ts';
import { ErrorReport } from '../../agent/api/contract.ts';
import { type FakeHandle, fakeHandle, SampleSettings } from './fake-handle.ts';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly connection?: Connection;
}

/** The API over a handle, without sockets. */
export function calledApp(
  handle: FakeHandle = fakeHandle(),
  access: Access = 'local',
): (path: string, call?: Call) => Promise<Response> {
  const app = createApp({
    handle,
    settings: SampleSettings,
    docs: async () => undefined,
    access,
    onBug: (error) => {
      throw error.cause;
    },
  });
  return async (path, { method = 'GET', body, headers = {}, connection = {} } = {}) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return app.request(path, { method, ...sent, headers: { ...type, ...headers } }, connection);
  };
}

/** A connection whose other end showed a certificate in this name. */
export function shownBy(name: string | undefined, authorized = true, remoteAddress?: string): Connection {
  const subject = name === undefined ? {} : { CN: name };
  return { incoming: { socket: { authorized, remoteAddress, getPeerCertificate: () => ({ subject }) } } };
}

/** What a refusal says; fails for anything else. */
export async function errorIn(response: Response): Promise<ErrorReport['error']> {
  return ErrorReport.parse(await response.json()).error;
}
