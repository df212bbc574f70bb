import { Agent, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

import type { LoadOrder, Manner } from './load-order.ts';
import type { Outcome } from './load-report.ts';

/** What a POST carries: small, and not empty. */
const BODY = 'muster=lab';

/** Names for what a socket says; anything else is told by its code. */
const KINDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
};

/** How a failure is called in reports. */
const kindOf = (error: { readonly code?: string; readonly message: string }): string =>
  KINDS[error.code ?? ''] ?? error.code ?? error.message;

/**
 * How long a kept connection may lie idle: well below the 15 s after which HAProxy closes it. Whoever leaves that to
 * the server, and stands still for a moment just then, sends on a connection that is already closed.
 */
const IDLE_MS = 5_000;

const keep = { keepAlive: true, timeout: IDLE_MS } as const;
// A connection of its own for each: no agent at all would share Node's global one.
const open = { keepAlive: false } as const;
const plain = { send: request, keeping: new Agent(keep), fresh: new Agent(open) };
/** Whose certificate it is, the story asks elsewhere. */
const unchecked = { rejectUnauthorized: false } as const;
const secure = {
  send: secureRequest,
  keeping: new SecureAgent({ ...keep, ...unchecked }),
  fresh: new SecureAgent({ ...open, ...unchecked }),
};

/** Closes the kept connections. */
export const hangUp = (): void => {
  plain.keeping.destroy();
  secure.keeping.destroy();
};

/**
 * One request from its sending to its last byte, as a browser sends it. Never throws: how it ended is the answer. A server
 * may close a kept connection at the very moment it is used again; a GET to which nothing was answered is then sent
 * again over a new one (RFC 9110, 9.2.2).
 */
export const askAsBrowser = async (order: LoadOrder, how: Manner, atMs: number): Promise<Outcome> => {
  const outcome = await askOnce(order, how, atMs);
  if (outcome.failure !== cutWhileKept || how.post) return outcome;
  return { ...(await askOnce(order, { ...how, keepAlive: false }, atMs)), repeated: true };
};

const cutWhileKept = 'reset on a kept connection';

const askOnce = async (order: LoadOrder, how: Manner, atMs: number): Promise<Outcome> =>
  new Promise((resolve) => {
    const begun = performance.now();
    const end = (failure?: string): void => {
      clearTimeout(timer);
      const tookMs = performance.now() - begun;
      const outcome = { atMs, tookMs, post: how.post };
      resolve(failure === undefined ? outcome : { ...outcome, failure });
    };
    const { send, keeping, fresh } = order.url.startsWith('https:') ? secure : plain;
    const sent = send(
      how.slow ? order.slowUrl : order.url,
      {
        method: how.post ? 'POST' : 'GET',
        agent: how.keepAlive ? keeping : fresh,
        ...(order.host === undefined ? {} : { servername: order.host }),
        headers: {
          ...(order.host === undefined ? {} : { host: order.host }),
          ...(how.post ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        },
      },
      (response) => {
        response.on('error', (error) => end(kindOf(error)));
        response.on('aborted', () => end('reset'));
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const good = response.complete && status < 400;
          end(good ? undefined : response.complete ? `status ${status}` : 'reset');
        });
        response.resume();
      },
    );
    const timer = setTimeout(() => {
      end('timeout');
      sent.destroy();
    }, order.timeoutMs);
    sent.on('error', (error) => {
      const kind = kindOf(error);
      end(kind === 'reset' && sent.reusedSocket ? cutWhileKept : kind);
    });
    sent.end(how.post ? BODY : undefined);
  });
