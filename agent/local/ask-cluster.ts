import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import { listen } from '../../roles/model/listen.ts';
import type { Token } from '../../roles/model/token.ts';
import { requirePinned } from '../admission/pin.ts';

/** What a node of the cluster answered, and who it was. */
export interface ClusterAnswer {
  readonly status: number;
  readonly body: string;
  readonly address: string;
  /** The certificate it showed; its key is the pinned one. */
  readonly serverPem: string;
}

/** Asks the node that made a token, by the first of its addresses that answers. */
export type AskCluster = (token: Token, path: string, body: unknown) => Promise<ClusterAnswer>;

/** Within one network a connection takes milliseconds. */
const connectTimeoutMs = 5_000;
/** An admission is a signature and a write or two, with an election in between at worst. */
const answerTimeoutMs = 20_000;

/**
 * Over TLS with the key that the token names and no other: nothing is sent before that is sure. Throws
 * `pin-mismatch`, or `peer-unreachable` with what came of each address.
 */
export const askCluster: AskCluster = async (token, path, body) => {
  const reasons: string[] = [];
  for (const address of token.addresses) {
    try {
      return await askAt(token, address, { path, body: JSON.stringify(body) });
    } catch (error) {
      if (error instanceof MusterError) throw error;
      reasons.push(`${address}: ${messageOf(error)}`);
    }
  }
  throw new MusterError('peer-unreachable', {
    what: `the node that made the token does not answer at port ${listen.api}`,
    why: reasons.join('; '),
    next: `on that node: muster status; between the two: a firewall that lets ${listen.api} and 7700 (tcp and udp) pass`,
  });
};

async function askAt(
  token: Token,
  address: string,
  { path, body }: { readonly path: string; readonly body: string },
): Promise<ClusterAnswer> {
  const socket = await secured(address);
  try {
    const serverPem = socket.getPeerX509Certificate()?.toString() ?? '';
    requirePinned(token, address, serverPem);
    const { promise, resolve, reject } = Promise.withResolvers<ClusterAnswer>();
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      host: address,
    };
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const call = request({ method: 'POST', path, headers, signal, createConnection: () => socket });
    call.on('error', reject);
    call.on('response', (response) => {
      text(response).then(
        (said) => resolve({ status: response.statusCode ?? 0, body: said, address, serverPem }),
        reject,
      );
    });
    call.end(body);
    return await promise;
  } finally {
    socket.destroy();
  }
}

/** A connection whose other end is not known yet: its certificate is judged by its key alone. */
async function secured(address: string): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket = connect({ host: address, port: listen.api, rejectUnauthorized: false });
  socket.setTimeout(connectTimeoutMs, () =>
    socket.destroy(new Error(`no answer in ${connectTimeoutMs / 1000} s`)),
  );
  socket.once('error', reject);
  socket.once('secureConnect', () => {
    socket.setTimeout(0);
    resolve(socket);
  });
  return promise;
}
