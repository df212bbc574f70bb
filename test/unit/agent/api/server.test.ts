import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Access } from '../../../../agent/api/access.ts';
import { createApp } from '../../../../agent/api/app.ts';
import type { Certificates } from '../../../../agent/api/certificates.ts';
import type { Listener } from '../../../../agent/api/listener.ts';
import type { App } from '../../../../agent/api/parts.ts';
import { serveLocal, serveSecure } from '../../../../agent/api/server.ts';
import { Accounts } from '../../../../agent/host/accounts.ts';
import { type Authority, createAuthority, issueCertificate } from '../../../../agent/host/certificates.ts';
import { SystemFiles } from '../../../../agent/host/files.ts';
import { fakeHandle, SampleSettings, sampleEvent } from '../../../support/fake-handle.ts';

interface Reply {
  readonly status: number | undefined;
  readonly body: string;
}

let folder: string;
let path: string;
let authority: Authority;
let stranger: Authority;
let listeners: Listener[] = [];
const errors: unknown[] = [];
const onError = (error: unknown): void => void errors.push(error);
const handle = fakeHandle();
const files = new SystemFiles(new Accounts());
const noDocs = async (): Promise<undefined> => undefined;

beforeAll(async () => {
  const now = new Date();
  authority = await createAuthority({ clusterName: 'muster', clusterId: 'c1', now });
  stranger = await createAuthority({ clusterName: 'other', clusterId: 'c2', now });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-api-'));
  path = join(folder, 'run', 'agent.sock');
});

afterEach(async () => {
  await Promise.all(listeners.map((listener) => listener.close()));
  listeners = [];
  await rm(folder, { recursive: true });
});

function app(access: Access): App {
  return createApp({ handle, settings: SampleSettings, docs: noDocs, access, onBug: onError });
}

async function local(): Promise<Listener> {
  const listener = await serveLocal(app('local'), { path, files, onError });
  listeners.push(listener);
  return listener;
}

async function certificatesOf(issuer: Authority): Promise<Certificates> {
  const issued = await issueCertificate(issuer, {
    nodeId: 'naaaaaaaaaaaa',
    names: [],
    addresses: [],
    now: new Date(),
  });
  const { certificatePem, privateKeyPem } = issued;
  return { certificate: certificatePem, key: privateKeyPem, authority: authority.certificatePem };
}

async function send(request: typeof httpRequest, options: RequestOptions): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const sent = request({ agent: false, ...options }, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
  });
  sent.on('error', reject).end();
  return promise;
}

/** Sends bytes as they are and reads until the server hangs up. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(path);
  socket.write(bytes);
  return text(socket);
}

test('the local socket is for its owner alone, and goes with the server', async () => {
  const listener = await local();

  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'run'))).mode & 0o777).toBe(0o755);
  expect(await send(httpRequest, { socketPath: path, path: '/healthz' })).toEqual({
    status: 200,
    body: 'ok\n',
  });
  await listener.close();
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

test('what a crashed agent left in the way is removed', async () => {
  await files.makeDirectory(join(folder, 'run'), { mode: 0o755 });
  await writeFile(path, '');

  await local();

  expect((await send(httpRequest, { socketPath: path, path: '/healthz' })).status).toBe(200);
});

test('a second agent is refused and the first goes on', async () => {
  await local();

  await expect(local()).rejects.toMatchObject({ code: 'agent-running' });
  expect((await send(httpRequest, { socketPath: path, path: '/healthz' })).status).toBe(200);
});

test.each([
  ['garbage', 'hello\r\n\r\n', /^HTTP\/1\.1 400 .*not an HTTP request/s],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^HTTP\/1\.1 400 .*not an HTTP request/s],
  ['endless headers', `GET / HTTP/1.1\r\nx: ${'y'.repeat(9_000)}\r\n\r\n`, /^HTTP\/1\.1 431 .*8 KiB/s],
  [
    'a path out of the tree',
    'GET /docs/../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    /^HTTP\/1\.1 404 /,
  ],
])('%s is answered and hung up on', async (_, bytes, answer) => {
  await local();

  expect(await raw(bytes)).toMatch(answer);
});

test('a follower gets events at once, and its going is noticed', async () => {
  await local();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = httpRequest(
    { socketPath: path, path: '/v1/events?follow=1&limit=1', agent: false },
    (response) => {
      response.setEncoding('utf8').once('data', (line: string) => resolve(line));
    },
  );
  sent.on('error', reject).end();

  expect(JSON.parse(await promise)).toEqual(sampleEvent(3));
  sent
    .off('error', reject)
    .on('error', () => undefined)
    .destroy();
  await expect.poll(() => handle.followers()).toBe(0);
});

test('over the network a member is known by its certificate', async () => {
  const member = await certificatesOf(authority);
  const listener = await serveSecure(app('certified'), {
    address: '127.0.0.1',
    port: 0,
    certificates: member,
    onError,
  });
  listeners.push(listener);
  const ca = authority.certificatePem;
  const base = { host: '127.0.0.1', port: listener.port, ca };
  const foreign = await certificatesOf(stranger);

  const replies = await Promise.all([
    send(httpsRequest, { ...base, path: '/healthz' }),
    send(httpsRequest, { ...base, path: '/v1/status' }),
    send(httpsRequest, {
      ...base,
      path: '/v1/status',
      cert: member.certificate,
      key: member.key,
    } as RequestOptions),
    send(httpsRequest, {
      ...base,
      path: '/v1/status',
      cert: foreign.certificate,
      key: foreign.key,
    } as RequestOptions),
  ]);

  expect(replies.map((reply) => reply.status)).toEqual([200, 401, 200, 401]);
  expect(replies[1]?.body).toContain('certificate');
});

test('renewed certificates are shown to new connections', async () => {
  const listener = await serveSecure(app('certified'), {
    address: '127.0.0.1',
    port: 0,
    certificates: await certificatesOf(stranger),
    onError,
  });
  listeners.push(listener);
  const call = (): Promise<Reply> =>
    send(httpsRequest, {
      host: '127.0.0.1',
      port: listener.port,
      path: '/healthz',
      ca: authority.certificatePem,
    } as RequestOptions);
  await expect(call()).rejects.toThrow();

  listener.reload(await certificatesOf(authority));

  expect((await call()).status).toBe(200);
});

test('a port in the way is told with its address', async () => {
  const other = createTcpServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  other.listen(0, '127.0.0.1', resolve);
  await promise;
  const bound = other.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;

  const served = serveSecure(app('certified'), {
    address: '127.0.0.1',
    port,
    certificates: await certificatesOf(authority),
    onError,
  });

  await expect(served).rejects.toMatchObject({
    code: 'service-failed',
    message: expect.stringContaining(`127.0.0.1:${String(port)}`),
  });
  other.close();
});
