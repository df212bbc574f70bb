import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemQuestions } from '../../../../agent/host/questions.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function closing(server: Server): void {
  closers.push(() => new Promise((resolve) => server.close(resolve)));
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing(server);
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/x`;
}

async function serveSocket(onConnection: (socket: Socket) => void): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-runtime-'));
  const path = join(directory, 'admin.sock');
  const server = createSocketServer({ allowHalfOpen: true }, onConnection);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  closing(server);
  closers.push(() => rm(directory, { recursive: true }));
  return path;
}

describe('http', () => {
  it('gives status and text, and asks with the headers given on a connection of its own', async () => {
    const url = await serve((request, response) => {
      response.statusCode = 503;
      response.end(`${request.headers.host ?? ''} ${request.headers.connection ?? ''} ${request.url ?? ''}`);
    });

    const answer = await systemQuestions.ask({
      kind: 'http',
      url,
      headers: { Host: 'n1.muster' },
      timeoutMs: 5_000,
    });

    expect(answer).toEqual({ ok: true, status: 503, text: 'n1.muster close /x' });
  });

  it('reads no more than 64 KiB', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(200_000)));

    const answer = await systemQuestions.ask({ kind: 'http', url, timeoutMs: 5_000 });

    expect(answer.ok && answer.text.length).toBe(65_536);
  });

  it('takes silence for an answer', async () => {
    const url = await serve(() => {});

    expect(await systemQuestions.ask({ kind: 'http', url, timeoutMs: 50 })).toEqual({
      ok: false,
      error: `${url} did not answer within 0.05 s`,
    });
  });

  it('tells of a port where nobody listens, and of an address that is none', async () => {
    const url = 'http://127.0.0.1:1/';
    expect(await systemQuestions.ask({ kind: 'http', url, timeoutMs: 5_000 })).toEqual({
      ok: false,
      error: 'http://127.0.0.1:1/ does not answer: connect ECONNREFUSED 127.0.0.1:1',
    });
    expect(await systemQuestions.ask({ kind: 'http', url: 'nonsense', timeoutMs: 5_000 })).toMatchObject({
      ok: false,
    });
  });
});

describe('runtime', () => {
  it('sends one command and reads until the end', async () => {
    const socket = await serveSocket((connection) => {
      connection.on('data', (line) => connection.end(`answer to ${line.toString()}`));
    });

    const answer = await systemQuestions.ask({ kind: 'runtime', socket, command: 'show info' });

    expect(answer).toEqual({ ok: true, status: 200, text: 'answer to show info\n' });
  });

  it('tells of a socket that is not there', async () => {
    const answer = await systemQuestions.ask({ kind: 'runtime', socket: '/none.sock', command: 'show info' });

    expect(answer).toEqual({ ok: false, error: '/none.sock does not answer: connect ENOENT /none.sock' });
  });
});

describe('address', () => {
  it('is on an interface, or on none', async () => {
    expect(await systemQuestions.ask({ kind: 'address', address: '127.0.0.1' })).toMatchObject({
      ok: true,
      text: 'lo',
    });
    expect(await systemQuestions.ask({ kind: 'address', address: '192.0.2.1' })).toEqual({
      ok: false,
      error: '192.0.2.1 is on no interface of this machine',
    });
  });
});

describe('a program', () => {
  it('gives its exit code and what it said', async () => {
    const question = { kind: 'program', argv: ['sh', '-c', 'echo no; exit 3'], timeoutMs: 5_000 } as const;
    expect(await systemQuestions.ask(question)).toEqual({ ok: true, status: 3, text: 'no\n' });
  });

  it('that is late gives no exit code, but trouble', async () => {
    const question = { kind: 'program', argv: ['sleep', '30'], timeoutMs: 50 } as const;
    const error = 'sleep 30 did not answer within 0.05 s';
    expect(await systemQuestions.ask(question)).toEqual({ ok: false, error });
  });
});

describe('pool', () => {
  const answers = {
    version: 'VERSION 1.6.18\r\n',
    stats: 'STAT uptime 7\r\nSTAT curr_items 2\r\nEND\r\n',
  } as const;

  async function pool(): Promise<{ address: string; port: number }> {
    const server = createSocketServer((connection) => {
      connection.once('data', (asked) => {
        const [word = ''] = asked.toString().split('\r\n');
        connection.end(answers[word as keyof typeof answers] ?? 'ERROR\r\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing(server);
    return { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
  }

  it('gives its version', async () => {
    expect(await systemQuestions.ask({ kind: 'pool', ...(await pool()) })).toMatchObject({ text: '1.6.18' });
  });

  it('gives its counters where they are asked for', async () => {
    const answer = await systemQuestions.ask({ kind: 'pool', ...(await pool()), statistics: true });
    expect(answer).toMatchObject({ ok: true, text: expect.stringContaining('STAT curr_items 2') });
  });
});
