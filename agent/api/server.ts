import { constants } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { MusterError } from '../../roles/model/errors.ts';
import type { Files } from '../../roles/model/ports.ts';
import type { Certificates } from './certificates.ts';
import { type Listener, limits, start } from './listener.ts';
import type { App } from './parts.ts';
import { boundStrangers } from './strangers.ts';

export interface LocalPlace {
  readonly path: string;
  readonly files: Pick<Files, 'makeDirectory' | 'remove'>;
  /** Told of trouble while listening; the server goes on. */
  readonly onError: (error: unknown) => void;
}

export interface NetworkPlace extends Pick<LocalPlace, 'onError'> {
  readonly address: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly certificates: Certificates;
}

export interface SecureListener extends Listener {
  readonly port: number;
  /** Renewed certificates, for connections from now on. */
  reload(certificates: Certificates): void;
}

/** A TLS handshake takes milliseconds; one that takes this long is somebody holding a connection open. */
const handshakeTimeoutMs = 5_000;

/** Serves the API to root on this machine. Throws `agent-running` if another agent answers there. */
export async function serveLocal(app: App, where: LocalPlace): Promise<Listener> {
  const { path, files, onError } = where;
  await files.makeDirectory(dirname(path), { mode: 0o755 });
  await removeStale(path, files);
  const server = createHttpServer(limits, listenerOf(app));
  const listen = (): void => {
    // The socket is made within this call, so that nobody but its owner can open it from its first moment on.
    const before = process.umask(0o177);
    server.listen(path);
    process.umask(before);
  };
  return start(server, path, listen, onError);
}

/** Serves the API to the network: HTTPS, client certificates asked for, and judged by the app. */
export async function serveSecure(app: App, where: NetworkPlace): Promise<SecureListener> {
  const { address, port, certificates, onError } = where;
  const options = { ...limits, ...secure, ...contextOf(certificates), handshakeTimeout: handshakeTimeoutMs };
  const server = createHttpsServer(options, listenerOf(app));
  boundStrangers(server);
  const listen = (): void => void server.listen(port, address);
  const listener = await start(server, `${address}:${String(port)}`, listen, onError);
  const bound = server.address();
  return {
    ...listener,
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    reload: (renewed) => server.setSecureContext(contextOf(renewed)),
  };
}

/** The app answers 401 with a sentence where a bare TLS alert would tell nothing. */
const secure = { requestCert: true, rejectUnauthorized: false } as const;

function contextOf({ certificate, key, authority }: Certificates): {
  cert: string;
  key: string;
  ca: string;
  minVersion: 'TLSv1.2';
  secureOptions: number;
} {
  // A resumed session would keep the judgement of the certificates of yesterday.
  const secureOptions = constants.SSL_OP_NO_TICKET;
  return { cert: certificate, key, ca: authority, minVersion: 'TLSv1.2', secureOptions };
}

function listenerOf(app: App): RequestListener {
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    overrideGlobalObjects: false,
  });
  return (request, response) => void listener(request, response);
}

/** A crashed agent leaves its socket behind; a living one answers on it. */
async function removeStale(path: string, files: LocalPlace['files']): Promise<void> {
  if (await answers(path)) {
    throw new MusterError('agent-running', {
      what: `an agent already listens on ${path}`,
      why: 'one machine runs one agent',
      next: 'muster status',
    });
  }
  await files.remove(path);
}

async function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  const answered = await promise;
  socket.destroy();
  return answered;
}
