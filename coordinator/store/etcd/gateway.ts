import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type * as z from 'zod';
import { messageOf } from '../../../roles/model/errors.ts';
import { storeUnreachable } from '../errors.ts';
import { type GatewayRefusal, refusalOf } from './refusal.ts';

/** PEM. The node shows the same certificate that it serves with. */
interface Credentials {
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  /** The certificates to show and to trust now; asked for with every request, since they are renewed. */
  readonly credentials: () => Credentials;
  /** How long one request may take. */
  readonly deadlineMs?: number;
}

/** Longer than an election (2-4 s), so that a change of etcd's leader is a pause and not an error. */
const defaultDeadlineMs = 5_000;

/** All decisions together are a few 100 KB; an answer of this size is no answer of ours. */
const answerLimitBytes = 16 * 1024 * 1024;

/** etcd's JSON gateway over HTTPS, both sides with certificates of the cluster. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #agent: Agent;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 4 });
  }

  /** Asks one question. Rejects with `store-unreachable`, or with what `explain` makes of a refusal. */
  async ask<Answer>(
    path: string,
    body: unknown,
    answer: z.ZodType<Answer>,
    explain?: (refusal: GatewayRefusal) => Error | undefined,
  ): Promise<Answer> {
    const deadline = AbortSignal.timeout(this.#options.deadlineMs ?? defaultDeadlineMs);
    const { status, text } = await this.#exchange(path, body, deadline);
    if (status !== 200) throw this.#refused(status, text, explain);
    const parsed = answer.safeParse(jsonOf(text));
    if (!parsed.success) throw storeUnreachable(`its answer to ${path} is not one of etcd's`, parsed.error);
    return parsed.data;
  }

  /** Opens a stream of JSON lines on a connection of its own; ends with the signal. */
  async stream(path: string, body: unknown, signal: AbortSignal): Promise<IncomingMessage> {
    // `false` makes an agent for this request alone.
    return this.#send(path, body, false, signal);
  }

  /** Closes the connections that are kept for the next question. */
  close(): void {
    this.#agent.destroy();
  }

  async #exchange(
    path: string,
    body: unknown,
    deadline: AbortSignal,
  ): Promise<{ status: number; text: string }> {
    try {
      const answer = await this.#send(path, body, this.#agent, deadline);
      return { status: answer.statusCode ?? 0, text: await textOf(answer) };
    } catch (cause) {
      if (!deadline.aborted) throw storeUnreachable(messageOf(cause), cause);
      const waitedMs = this.#options.deadlineMs ?? defaultDeadlineMs;
      throw storeUnreachable(`no answer to ${path} within ${waitedMs} ms`, cause);
    }
  }

  #send(path: string, body: unknown, agent: Agent | false, signal: AbortSignal): Promise<IncomingMessage> {
    const { host, port } = this.#options;
    const { authority, certificate, privateKey } = this.#options.credentials();
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const tls = { ca: authority, cert: certificate, key: privateKey };
      const sent = request({ method: 'POST', host, port, path, headers, agent, signal, ...tls });
      sent.once('response', resolve);
      sent.on('error', reject);
      sent.end(text);
    });
  }

  #refused(
    status: number,
    text: string,
    explain: ((refusal: GatewayRefusal) => Error | undefined) | undefined,
  ): Error {
    const refusal = refusalOf(jsonOf(text));
    if (refusal === undefined) return storeUnreachable(`it answers with status ${status}`);
    return explain?.(refusal) ?? storeUnreachable(refusal.message);
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > answerLimitBytes) throw new Error(`its answer is larger than ${answerLimitBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
