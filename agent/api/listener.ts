import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import { errorReport } from './answer.ts';

/** A listening server of the API. */
export interface Listener {
  /** Takes no more, lets what is under way end for a second, then ends it. */
  close(): Promise<void>;
}

/**
 * What keeps slow and garbage clients from hurting. Our own clients send one small request at once, so seconds are
 * plenty; answers may take as long as they need.
 */
export const limits = {
  /** Ten times the headers of any client of ours. */
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  /** How often the two timeouts above are looked at. */
  connectionsCheckingInterval: 1_000,
} as const;

/** Far above what nodes and dashboards of one cluster open, far below the limit of open files. */
const maxConnections = 256;

/** Long enough for an answer under way, short enough for a restart. */
const graceMs = 1_000;

/** Answers garbage in HTTP with a sentence, then hangs up. What else goes wrong while listening is reported. */
function guard(server: Server, onError: (error: unknown) => void): void {
  server.maxConnections = maxConnections;
  server.on('error', onError);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    socket.end(refusal(error.code), () => socket.destroy());
  });
}

function refusal(code: string | undefined): string {
  const [status, what] = reasons[code ?? ''] ?? ['400 Bad Request', 'what was sent is not an HTTP request'];
  const why = 'this is the HTTP API of a muster agent';
  const body = JSON.stringify(
    errorReport(new MusterError('request-invalid', { what, why, next: 'muster --help' })),
  );
  const length = String(Buffer.byteLength(body));
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n${body}`;
}

/** The codes of Node's HTTP parser that deserve a word of their own. */
const reasons: Readonly<Record<string, readonly [status: string, what: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers are larger than 8 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not arrive in time'],
};

/**
 * Makes a server listen by `listen`, guarded against bad clients. Throws `service-failed` when it cannot. Errors
 * while it listens (too many open files) go to `onError`; the server goes on.
 */
export async function start(
  server: Server,
  where: string,
  listen: () => void,
  onError: (error: unknown) => void,
): Promise<Listener> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.once('listening', resolve);
  try {
    listen();
    await promise;
  } catch (error) {
    throw new MusterError('service-failed', {
      what: `the API cannot listen on ${where}: ${messageOf(error)}`,
      why: 'another program holds it, or the address is not this machine’s',
      next: 'ss -lntxp',
      cause: error,
    });
  }
  server.off('error', reject);
  guard(server, onError);
  return { close: () => end(server) };
}

async function end(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await promise;
  clearTimeout(timer);
}
