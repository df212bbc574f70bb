import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../../../../../agent/host/certificates.ts';
import { EtcdDecisions } from '../../../../../coordinator/store/etcd/decisions.ts';
import type { GatewayOptions } from '../../../../../coordinator/store/etcd/gateway.ts';
import { type FakeGateway, openFakeGateway, type Reply } from '../../../../support/fake-gateway.ts';

let gateway: FakeGateway;
const open: EtcdDecisions[] = [];
beforeAll(async () => {
  gateway = await openFakeGateway();
});
afterEach(() => {
  for (const decisions of open.splice(0)) decisions.close();
});
afterAll(async () => {
  await gateway.close();
});

function decisionsOf(options: Partial<GatewayOptions> = {}): EtcdDecisions {
  const decisions = new EtcdDecisions({ ...gateway.options, ...options });
  open.push(decisions);
  return decisions;
}

const says =
  (status: number, text: string): Reply =>
  (_path, _body, response) =>
    response.writeHead(status).end(text);

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a read asks for a range of bytes, and takes numbers from texts', async () => {
  let asked: unknown;
  gateway.reply = (path, body, response) => {
    asked = { path, body };
    const kv = { key: base64('/muster/a'), value: base64('ä'), mod_revision: '7' };
    response.end(JSON.stringify({ header: { revision: '9' }, kvs: [kv], count: '1' }));
  };
  expect(await decisionsOf().read('/muster/')).toEqual({
    revision: 9,
    entries: { '/muster/a': { value: 'ä', modRevision: 7 } },
  });
  const range = { key: base64('/muster/'), range_end: base64('/muster0') };
  expect(asked).toEqual({ path: '/v3/kv/range', body: range });
});

test('what the gateway leaves out is zero, empty or false', async () => {
  const decisions = decisionsOf();
  gateway.reply = says(200, `{"header":{},"kvs":[{"key":"${base64('/a')}","mod_revision":"1"}]}`);
  expect(await decisions.read('/')).toEqual({
    revision: 0,
    entries: { '/a': { value: '', modRevision: 1 } },
  });
  gateway.reply = says(200, '{"header":{"revision":"3"}}');
  expect(await decisions.transact({ conditions: [] })).toEqual({ committed: false, revision: 3 });
  gateway.reply = says(200, '{"result":{"header":{"revision":"3"},"ID":"7587"}}');
  expect(await decisions.renewLease('7587')).toBe(false);
});

describe('the store counts as unreachable', () => {
  test.each([
    {
      what: 'without a leader',
      reply: says(503, '{"error":"x","message":"etcdserver: no leader","code":14}'),
      why: 'etcdserver: no leader',
    },
    {
      what: 'when it is full',
      reply: says(429, '{"message":"etcdserver: mvcc: database space exceeded","code":8}'),
      why: 'etcdserver: mvcc: database space exceeded',
    },
    { what: 'when it answers in HTML', reply: says(502, '<html>'), why: 'it answers with status 502' },
    {
      what: 'when its answer is none of etcd',
      reply: says(200, '{"kvs":[{}]}'),
      why: "its answer to /v3/kv/range is not one of etcd's",
    },
    {
      what: 'when it hangs up',
      reply: ((_path, _body, response) => response.destroy()) satisfies Reply,
      why: 'socket hang up',
    },
    {
      what: 'when it hangs up in the middle of its answer',
      reply: ((_path, _body, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        setImmediate(() => response.destroy());
      }) satisfies Reply,
      why: 'aborted',
    },
  ])('$what', async ({ reply, why }) => {
    gateway.reply = reply;
    await expect(decisionsOf().read('/')).rejects.toMatchObject({ code: 'store-unreachable', why });
  });

  test('when it takes longer than the deadline, also for the rest of its answer', async () => {
    const decisions = decisionsOf({ deadlineMs: 50 });
    const late = { code: 'store-unreachable', why: 'no answer to /v3/kv/range within 50 ms' };
    gateway.reply = () => undefined;
    await expect(decisions.read('/')).rejects.toMatchObject(late);
    gateway.reply = (_path, _body, response) => response.writeHead(200).write('{');
    await expect(decisions.read('/')).rejects.toMatchObject(late);
  });

  test('when its certificate is not of our authority', async () => {
    const stranger = await createAuthority({ clusterName: 'other', clusterId: 'c2', now: new Date() });
    const credentials = { ...gateway.options.credentials(), authority: stranger.certificatePem };
    const decisions = decisionsOf({ credentials: () => credentials });
    await expect(decisions.read('/')).rejects.toMatchObject({ code: 'store-unreachable' });
  });

  test('when nobody listens', async () => {
    const decisions = decisionsOf({ port: 1 });
    await expect(decisions.read('/')).rejects.toMatchObject({
      code: 'store-unreachable',
      why: 'connect ECONNREFUSED 127.0.0.1:1',
    });
  });
});

describe('a watch', () => {
  const lines = (...all: readonly string[]): Reply => {
    return (_path, _body, response) => response.end(all.map((line) => `${line}\n`).join(''));
  };
  const created = '{"result":{"header":{"revision":"1"},"created":true}}';
  const event = '{"result":{"header":{"revision":"2"},"events":[{}]}}';

  test.each([
    { what: 'breaks when the stream ends', reply: lines(created, event), hints: 2 },
    {
      what: 'breaks when etcd cancels it',
      reply: lines(created, '{"result":{"canceled":true}}', event),
      hints: 1,
    },
    {
      what: 'breaks when what it was to follow is compacted',
      reply: lines('{"result":{"canceled":true,"compact_revision":"9"}}', event),
      hints: 0,
    },
    {
      what: 'breaks at an error in the stream',
      reply: lines(created, '{"error":{"grpc_code":14}}', event),
      hints: 1,
    },
    { what: 'breaks at rubbish', reply: lines(created, '<html>', event), hints: 1 },
    { what: 'breaks when refused', reply: says(503, created), hints: 0 },
    {
      what: 'breaks when the connection does',
      reply: ((_path, _body, response) => {
        response.write(`${created}\n`, () => response.destroy());
      }) satisfies Reply,
      hints: 1,
    },
  ])('$what', async ({ reply, hints }) => {
    gateway.reply = reply;
    let heard = 0;
    const never = new AbortController().signal;
    await decisionsOf().watch('/', () => (heard += 1), never);
    expect(heard).toBe(hints);
  });

  test('ends with its signal while the stream is open, and leaves no connection behind', async () => {
    const closed = Promise.withResolvers<void>();
    gateway.reply = (_path, _body, response) => {
      response.once('close', () => closed.resolve());
      response.write(`${created}\n`);
    };
    const stop = new AbortController();
    await decisionsOf().watch('/', () => stop.abort(), stop.signal);
    await closed.promise;
  });
});
