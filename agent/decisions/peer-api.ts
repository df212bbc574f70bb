import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import { listen } from '../../roles/model/listen.ts';
import { type NodeId, nodeHostname } from '../../roles/model/node.ts';
import type { Certificates } from '../api/certificates.ts';
import { askedByNode } from '../api/contract.ts';

/** A node whose API is asked. */
export interface PeerPlace {
  readonly id: NodeId;
  readonly name: string;
  readonly address: string;
}

export interface PeerRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** JSON. */
  readonly body?: string;
  /** How long the answer may take. */
  readonly deadlineMs?: number;
}

export interface PeerAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer comes from memory, or from one write of etcd: longer than an election (2-4 s). */
const defaultDeadlineMs = 5_000;

/** A stream tells that it lives every few seconds; one that is silent for so long is broken. */
const streamSilenceMs = 15_000;

/** The APIs of the other nodes: HTTPS on 7701, each side proved by its certificate. */
export class PeerApi {
  readonly #certificates: () => Certificates;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4, timeout: streamSilenceMs });

  readonly #silenceMs: number;
  readonly #addressOf: (node: NodeId) => string | undefined;

  /**
   * `certificates`: asked for with every request, since they are renewed. `addressOf`: where a node was heard last, which
   * may be elsewhere than where it was admitted.
   */
  constructor(
    certificates: () => Certificates,
    addressOf: (node: NodeId) => string | undefined = () => undefined,
    silenceMs = streamSilenceMs,
  ) {
    this.#certificates = certificates;
    this.#addressOf = addressOf;
    this.#silenceMs = silenceMs;
  }

  /** Rejects with `peer-unreachable`; whatever comes back is an answer. */
  async ask(node: PeerPlace, { deadlineMs = defaultDeadlineMs, ...asked }: PeerRequest): Promise<PeerAnswer> {
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      const answer = await this.#send(node, asked, this.#agent, deadline);
      return { status: answer.statusCode ?? 0, body: await text(answer) };
    } catch (cause) {
      throw silent(node, deadline.aborted ? `no answer within ${deadlineMs} ms` : messageOf(cause), cause);
    }
  }

  /** An answer whose body comes in pieces. Rejects with `peer-unreachable`. */
  async open(
    node: PeerPlace,
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly stream: Readable }> {
    try {
      const stream = await this.#send(node, { method: 'GET', path }, false, signal);
      stream.setTimeout(this.#silenceMs, () => stream.destroy(new Error('it is silent')));
      return { status: stream.statusCode ?? 0, stream };
    } catch (cause) {
      throw silent(node, messageOf(cause), cause);
    }
  }

  /** Calls `onLine` for each line of an answer that goes on; resolves when the signal aborts or it breaks. */
  async lines(
    node: PeerPlace,
    path: string,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const answer = await this.#send(node, { method: 'GET', path }, false, signal);
      if (answer.statusCode !== 200) {
        answer.destroy();
        return;
      }
      // With a reason: whoever waits for the next line would wait for ever on a stream that just closes.
      answer.setTimeout(this.#silenceMs, () => answer.destroy(new Error('it is silent')));
      for await (const line of createInterface({ input: answer })) onLine(line);
    } catch {
      // Refused, unreachable, aborted: broken is broken, and the next question says why.
    }
  }

  /** An answer that is too long for memory, as it comes. Rejects with `peer-unreachable`; ends with the signal. */
  async stream(node: PeerPlace, path: string, signal: AbortSignal): Promise<IncomingMessage> {
    let answer: IncomingMessage;
    try {
      answer = await this.#send(node, { method: 'GET', path }, false, signal);
    } catch (cause) {
      throw silent(node, messageOf(cause), cause);
    }
    if (answer.statusCode !== 200)
      throw silent(node, `it answers ${answer.statusCode}: ${await text(answer)}`, undefined);
    answer.setTimeout(this.#silenceMs, () => answer.destroy(new Error('it is silent')));
    return answer;
  }

  /** Closes the connections that are kept for the next question. */
  close(): void {
    this.#agent.destroy();
  }

  #send(
    { id, address }: PeerPlace,
    { method, path, body }: PeerRequest,
    agent: Agent | false,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { authority, certificate, key } = this.#certificates();
    const tls = { ca: authority, cert: certificate, key, servername: nodeHostname(id) };
    const headers = {
      [askedByNode]: '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const host = this.#addressOf(id) ?? address;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const sent = request({ host, port: listen.api, method, path, headers, agent, signal, ...tls });
    sent.once('response', resolve);
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }
}

function silent({ name, address }: PeerPlace, why: string, cause: unknown): MusterError {
  return new MusterError('peer-unreachable', {
    what: `${name} (${address}) does not answer`,
    why,
    next: `muster status; on ${name}: systemctl status muster`,
    cause,
  });
}
