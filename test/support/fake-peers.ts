import { Readable } from 'node:stream';
import type { DecisionsCopy } from '../../agent/decisions/copy.ts';
import type { PeerAnswer, PeerApi, PeerPlace, PeerRequest } from '../../agent/decisions/peer-api.ts';
import { MusterError } from '../../roles/model/errors.ts';

type Said = PeerAnswer | ((request: PeerRequest) => PeerAnswer);

/** The APIs of other nodes in memory, by their names; who has no answer is silent. */
export class FakePeers implements Pick<PeerApi, 'ask' | 'lines' | 'open' | 'close'> {
  readonly answers = new Map<string, Said>();
  /** What was asked, as in `b1 GET /v1/decisions`. */
  readonly asked: string[] = [];
  /** The streams that are listened to now, by the name of the node. */
  readonly streams = new Map<string, (line: string) => void>();
  closed = false;

  /** The node answers with these decisions from now on. */
  gives(name: string, copy: Pick<DecisionsCopy, 'revision' | 'entries'>, answers = true): void {
    const store = { answers, sentence: answers ? 'it answers' : 'its store is silent' };
    this.answers.set(name, { status: 200, body: JSON.stringify({ ...copy, store }) });
  }

  async ask({ name }: PeerPlace, request: PeerRequest): Promise<PeerAnswer> {
    this.asked.push(`${name} ${request.method} ${request.path}`);
    const said = this.answers.get(name);
    if (said !== undefined) return typeof said === 'function' ? said(request) : said;
    throw new MusterError('peer-unreachable', {
      what: `${name} does not answer`,
      why: 'it has no answer in this test',
      next: 'muster status',
    });
  }

  async lines(
    { name }: PeerPlace,
    path: string,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.asked.push(`${name} GET ${path}`);
    if (signal.aborted) return;
    this.streams.set(name, onLine);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    this.streams.delete(name);
  }

  /** Archives, by the name of the node and the path. */
  readonly bodies = new Map<string, Uint8Array>();

  async open({ name }: PeerPlace, path: string): ReturnType<PeerApi['open']> {
    this.asked.push(`${name} GET ${path}`);
    const body = this.bodies.get(`${name} ${path}`);
    const stream = Readable.from(body === undefined ? [] : [body]);
    return { status: body === undefined ? 404 : 200, stream };
  }

  close(): void {
    this.closed = true;
  }
}
