import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Certificates } from '../../../../agent/api/certificates.ts';
import { askedByNode } from '../../../../agent/api/contract.ts';
import { PeerApi, type PeerPlace } from '../../../../agent/decisions/peer-api.ts';
import { authorityOf } from '../../../support/admitting-cluster.ts';
import {
  type Answer,
  certificatesFor,
  type LoopbackApi,
  loopbackApi,
  someLoopback,
} from '../../../support/loopback-api.ts';

const [asker, asked, other] = ['naaaaaaaaaaaa', 'nbbbbbbbbbbbb', 'ncccccccccccc'] as const;

let mine: Certificates;
let theirs: Certificates;
let others: Certificates;
let strangers: Certificates;
beforeAll(async () => {
  const authority = await authorityOf();
  mine = await certificatesFor(authority, asker);
  theirs = await certificatesFor(authority, asked);
  others = await certificatesFor(authority, other);
  strangers = await certificatesFor(await authorityOf(), asked);
});

let api: PeerApi;
let server: LoopbackApi | undefined;
beforeEach(() => {
  api = new PeerApi(() => mine);
});
afterEach(async () => {
  api.close();
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

/** The asked node, as it answers in this test. */
async function place(answer: Answer, shown = theirs): Promise<PeerPlace> {
  server = await loopbackApi(shown, answer);
  return { id: asked, name: 'b2', address: server.address };
}

const get = { method: 'GET', path: '/v1/decisions' } as const;

describe('a question', () => {
  it('is answered, whatever the answer is, and shows who asks', async () => {
    const node = await place(async (request: IncomingMessage, response: ServerResponse) => {
      const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject;
      const { [askedByNode]: mark, 'content-type': type } = request.headers;
      const body = await text(request);
      response.statusCode = 409;
      response.end(JSON.stringify({ method: request.method, url: request.url, CN, mark, type, body }));
    });
    const { status, body } = await api.ask(node, {
      method: 'PUT',
      path: '/v1/settings?dry-run=1',
      body: '{"a":1}',
    });
    expect(status).toBe(409);
    expect(JSON.parse(body)).toEqual({
      method: 'PUT',
      url: '/v1/settings?dry-run=1',
      CN: `${asker}.muster`,
      mark: '1',
      type: 'application/json',
      body: '{"a":1}',
    });
  });

  it.each([
    ['another node of the cluster', () => others, /altnames|Hostname/],
    ['a node of another cluster', () => strangers, /signature|certificate/],
  ])('is not sent to %s', async (_, shown, why) => {
    let heard = 0;
    const node = await place((_request, response) => void response.end(String((heard += 1))), shown());
    await expect(api.ask(node, get)).rejects.toMatchObject({
      code: 'peer-unreachable',
      message: `b2 (${node.address}) does not answer`,
      why: expect.stringMatching(why),
    });
    expect(heard).toBe(0);
  });

  it('is given up after its deadline, also in the middle of an answer', async () => {
    const node = await place((request, response) => {
      if (request.url === '/half') response.write('{"revision":');
    });
    const late = { code: 'peer-unreachable', why: 'no answer within 100 ms' };
    await expect(api.ask(node, { ...get, deadlineMs: 100 })).rejects.toMatchObject(late);
    await expect(api.ask(node, { ...get, path: '/half', deadlineMs: 100 })).rejects.toMatchObject(late);
  });

  it('to nobody ends at once', async () => {
    const node = { id: asked, name: 'b2', address: someLoopback() };
    await expect(api.ask(node, get)).rejects.toMatchObject({ why: expect.stringContaining('ECONNREFUSED') });
  });

  it('is asked with the certificate of now', async () => {
    const node = await place((request, response) => {
      response.setHeader('connection', 'close');
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    });
    let now = mine;
    const renewed = new PeerApi(() => now);
    const before = await renewed.ask(node, get);
    now = others;
    const after = await renewed.ask(node, get);
    expect([before.body, after.body]).toEqual([`${asker}.muster`, `${other}.muster`]);
    renewed.close();
  });
});

describe('a stream', () => {
  const lines: string[] = [];
  const listenTo = (node: PeerPlace, signal = new AbortController().signal): Promise<void> => {
    lines.length = 0;
    return api.lines(node, '/v1/decisions/watch', (line) => void lines.push(line), signal);
  };

  it('gives each line as it comes, and ends with its signal', async () => {
    let answer: ServerResponse | undefined;
    const node = await place((_, response) => {
      answer = response;
      response.write('{}\n');
    });
    const stop = new AbortController();
    const ended = listenTo(node, stop.signal);
    await expect.poll(() => lines).toEqual(['{}']);
    answer?.write('\n{');
    answer?.write('}\n');
    await expect.poll(() => lines).toEqual(['{}', '', '{}']);
    stop.abort();
    await ended;
    await expect.poll(() => answer?.closed).toBe(true);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['ends', (response) => response.end('{}\n')],
    ['breaks', (response) => response.write('{}\n', () => response.destroy())],
    ['is refused', (response) => response.writeHead(403).end('{}\n')],
    ['is refused, and goes on', (response) => response.writeHead(403).write('{}\n')],
    ['is cut before it begins', (response) => response.destroy()],
  ])('that %s is over', async (how, answer) => {
    await listenTo(await place((_, response) => void answer(response)));
    expect(lines).toEqual(how === 'ends' || how === 'breaks' ? ['{}'] : []);
  });

  it('that is silent for too long is over', async () => {
    api.close();
    api = new PeerApi(() => mine, undefined, 50);
    await listenTo(await place((_, response) => void response.write('{}\n')));
    expect(lines).toEqual(['{}']);
  });

  it('of another node is not listened to', async () => {
    await listenTo(await place((_, response) => void response.end('{}\n'), others));
    expect(lines).toEqual([]);
  });
});
