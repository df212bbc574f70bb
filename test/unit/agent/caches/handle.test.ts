import { describe, expect, it } from 'vitest';
import type { CachesHandle } from '../../../../agent/api/handle.ts';
import { cachesHandle } from '../../../../agent/caches/handle.ts';
import type { View } from '../../../../roles/model/view.ts';
import { FakePeers } from '../../../support/fake-peers.ts';
import { FakeQuestions } from '../../../support/fake-questions.ts';
import { nodeView, viewOfNodes } from '../../../support/sample-views.ts';

const [first, second, third] = [
  nodeView(1, { roles: ['balancer', 'cache'] }),
  nodeView(2, { roles: ['balancer', 'cache'] }),
  nodeView(3, { roles: ['web'] }),
];

const stats = [
  'uptime 60',
  'curr_items 2',
  'bytes 100',
  'limit_maxbytes 1000',
  'get_hits 3',
  'get_misses 1',
  'evictions 0',
]
  .map((line) => `STAT ${line}\r\n`)
  .join('');

const local = {
  '/run/haproxy/admin.sock show stat cache 4 -1; show table answers':
    '# pxname,svname,hrsp_2xx,\ncache,slot1,4,\ncache,slot2,1,\n',
  'pool 10.77.0.11': stats,
  '/usr/bin/du --summarize --block-size=1 /var/lib/nginx/muster-pages': '4096\t/var/lib/nginx/muster-pages\n',
};

/** What the agent of the second node says of itself. */
const itsWord = {
  schemaVersion: 1,
  node: second.record.id,
  cache: { pages: { bytes: 1, limitBytes: 2 }, troubles: [] },
  answers: [{ ordinal: 1, words: { HIT: 6, MISS: 2 } }],
};

interface Room {
  readonly view: View;
  readonly peers: FakePeers;
  readonly handle: CachesHandle;
}

/** The first of three nodes, with what its own programs say. */
function room(part: Partial<View> = {}, texts: Readonly<Record<string, string>> = local): Room {
  const view = { ...viewOfNodes([first, second, third]), ...part };
  const peers = new FakePeers();
  const handle = cachesHandle({ questions: new FakeQuestions(texts), peers });
  return { view, peers, handle };
}

describe('all caches', () => {
  it('adds up what the balancers have counted, and asks nobody else', async () => {
    const { view, peers, handle } = room();
    peers.answers.set('b2', { status: 200, body: JSON.stringify(itsWord) });

    const report = await handle.all(view);

    expect(report.caches).toMatchObject([
      {
        name: 'b1',
        answers: { HIT: 10, MISS: 2 },
        cache: { pool: { items: 2, evicted: 0 }, pages: { bytes: 4096 } },
      },
      { name: 'b2', answers: { HIT: 1 }, cache: { pages: { bytes: 1, limitBytes: 2 } } },
    ]);
    expect(report).toMatchObject({ missing: [] });
    expect(report.purge).toBeUndefined();
    expect(peers.asked).toEqual(['b2 GET /v1/cache/node']);
  });

  it('names who does not answer, and goes on without', async () => {
    const { view, handle } = room();

    const report = await handle.all(view);

    expect(report.caches[0]?.answers).toEqual({ HIT: 4 });
    expect(report.caches[1]).toMatchObject({ cache: { troubles: ['it has no answer in this test'] } });
    expect(report.missing).toEqual(['b2: it has no answer in this test']);
  });

  it('says when the last purge was, and through whom older pages may come', async () => {
    const version = Date.parse('2026-01-01T12:00:00.000Z');
    const { view, handle } = room({ cache: { version, prefixes: { '/': version }, urls: {} } });

    expect((await handle.all(view)).purge).toEqual({
      at: '2026-01-01T12:00:00.000Z',
      waiting: ['b1', 'b2'],
    });
  });
});

describe('one node', () => {
  it('tells what does not answer on it', async () => {
    const { view, handle } = room({}, {});

    const report = await handle.own(view);

    expect(report.answers).toBeUndefined();
    expect(report.cache?.troubles).toHaveLength(2);
  });

  it('says nothing of what it does not carry', async () => {
    const { view, handle } = room({ self: third.record.id });

    expect(await handle.own(view)).toEqual({ schemaVersion: 1, node: third.record.id });
  });
});
