import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { rootCertificates } from 'node:tls';

/** A request to a server that is no part of the cluster. */
export interface OutsideRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM: whom to believe beside those that everybody does. */
  readonly authority?: string;
}

export interface OutsideAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks over HTTPS. Rejects where no whole answer comes; whatever comes is an answer. */
export type AskOutside = (asked: OutsideRequest) => Promise<OutsideAnswer>;

/** Far away, under load, and a validation may be under way. */
const deadlineMs = 30_000;

/** A chain of certificates is some KiB. */
const longestAnswerBytes = 256 * 1024;

/** Each request over a connection of its own: there are a few in a month. */
export const askOutside: AskOutside = ({ method, url, headers = {}, body, authority }) => {
  const { promise, resolve, reject } = Promise.withResolvers<OutsideAnswer>();
  const signal = AbortSignal.timeout(deadlineMs);
  const ca = authority === undefined ? {} : { ca: [...rootCertificates, authority] };
  const asked = request(url, { method, agent: false, signal, headers, ...ca }, (answer) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > longestAnswerBytes) answer.destroy(new Error('its answer does not end'));
      chunks.push(chunk);
    });
    answer.on('error', reject);
    answer.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
    });
  });
  asked.on('error', (error) => {
    reject(signal.aborted ? new Error(`no answer within ${String(deadlineMs / 1_000)} s`) : error);
  });
  asked.end(body);
  return promise;
};
