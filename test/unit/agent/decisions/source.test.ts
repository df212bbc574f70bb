import { beforeEach, describe, expect, it } from 'vitest';
import type { PeerPlace } from '../../../../agent/decisions/peer-api.ts';
import { type DecisionSource, openDecisions } from '../../../../agent/decisions/source.ts';
import { encode } from '../../../../coordinator/store/codec.ts';
import { decisionsPrefix, settingsKey } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import { saveSnapshot } from '../../../../coordinator/store/snapshot-file.ts';
import { paths } from '../../../../roles/model/paths.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import { voterRecords } from '../../../../roles/node/standing.ts';
import { settle } from '../../../support/fake-clock.ts';
import { FakePeers } from '../../../support/fake-peers.ts';
import { type FakeMachine, fakeMachine, told } from '../../../support/machine.ts';
import { recordOf } from '../../../support/sketches.ts';

const [first, second] = [recordOf(1), recordOf(2)];

/** Both nodes, and these settings. */
function decided(revision: number, settings: unknown = {}): Snapshot {
  const values = encode({
    cluster: { id: 'cmmmmmmmmmmmm', generation: 1 },
    settings,
    nodes: [first, second],
  });
  const entries = Object.entries(values).map(
    ([key, value]) => [key, { value, modRevision: revision }] as const,
  );
  return { revision, entries: Object.fromEntries(entries) };
}

let machine: FakeMachine;
let store: MemoryDecisions;
let peers: FakePeers;
let writeTrouble: string;
let refusals: PeerPlace[];
let shown: string[];
let certificates: string;
beforeEach(async () => {
  machine = await fakeMachine();
  store = new MemoryDecisions(machine.clock);
  peers = new FakePeers();
  writeTrouble = '';
  refusals = [];
  shown = [];
  certificates = 'of old';
});

async function open(self: string, known?: Snapshot): Promise<DecisionSource> {
  if (known !== undefined) await saveSnapshot(machine.files, paths.decisions, known);
  return openDecisions({
    ...machine,
    self,
    certificates: async () => ({ certificate: certificates, key: '', authority: '' }),
    ways: (asked) => {
      peers.answers.set('b1', () => {
        shown.push(asked().certificate);
        return { status: 503, body: '' };
      });
      return { own: { decisions: store, writeTrouble: () => writeTrouble, close: () => undefined }, peers };
    },
    votersOf: voterRecords,
    onRefused: (by) => void refusals.push(by),
  });
}

describe('the node that keeps the decisions', () => {
  it('is the first, while it knows of nobody', async () => {
    const source = await open(first.id);
    expect(source.store()).toBe(store);
    expect([source.known(), source.snapshot()]).toEqual([undefined, { revision: 0, entries: {} }]);
  });

  it('asks its own store and nobody else', async () => {
    const source = await open(first.id, decided(0));
    await source.refresh();
    expect(source.store()).toBe(store);
    expect(source.reach()).toEqual({ writable: true, sentence: 'the store of decisions answers' });
    expect([peers.asked, source.voters()]).toEqual([[], []]);
  });

  it('brings what it knows into a store that is empty, and tells it', async () => {
    const source = await open(first.id, decided(0));
    await source.refresh();
    expect(Object.keys((await store.read(decisionsPrefix)).entries)).toHaveLength(4);
    expect(told(machine.journal)).toEqual([
      'info: the last known decisions were written into the empty store',
    ]);
  });

  it('says since when nothing can be decided, and why', async () => {
    const source = await open(first.id, decided(0));
    await source.refresh();
    writeTrouble = 'etcdserver: no space';
    expect(source.reach()).toMatchObject({
      writable: false,
      sentence: 'no decision can be made: the store takes no writes (etcdserver: no space)',
    });
    expect(source.answers()).toBe(true);
    store.setReachable(false);
    await machine.clock.advance(1_000);
    await source.refresh();
    expect([source.answers(), source.reach().sentence]).toEqual([
      false,
      'no decision can be made since 2026-01-01T00:00:01.000Z: the store does not answer (it is switched off)',
    ]);
  });

  it('takes nothing from those who follow it', async () => {
    const source = await open(first.id, decided(3));
    peers.gives('b2', decided(9), false);
    source.heardOf(second.id, 9);
    await settle();
    expect(peers.asked).toEqual([]);
  });
});

describe('a node that follows', () => {
  it('has no store, and takes what a voter has', async () => {
    const source = await open(second.id, decided(3));
    peers.gives('b1', decided(5, { a: 5 }));
    await source.refresh();
    expect(source.store()).toBeUndefined();
    expect(source.voters()).toEqual([first]);
    expect([source.known()?.revision, source.answers(), source.reach().writable]).toEqual([5, true, true]);
    expect(JSON.parse(machine.files.text(paths.decisions) ?? '')).toEqual(decided(5, { a: 5 }));
  });

  it('goes on with what it knows while nobody answers', async () => {
    const source = await open(second.id, decided(3));
    await source.refresh();
    expect([source.known()?.revision, source.answers()]).toEqual([3, false]);
    expect(source.reach().sentence).toContain('(b1 gives no decisions (it answers 503))');
  });

  it('takes later decisions from whoever has them while no voter answers, and no earlier ones', async () => {
    const source = await open(second.id, decided(3));
    peers.gives('b2', decided(4), false);
    source.heardOf(second.id, 3);
    await settle();
    expect(peers.asked).toEqual([]);
    source.heardOf(second.id, 4);
    await expect.poll(() => source.known()?.revision).toBe(4);
    peers.gives('b2', decided(2), false);
    source.heardOf(second.id, 5);
    await settle();
    expect([source.known()?.revision, source.answers()]).toEqual([4, false]);
  });

  it('tells of a voter that takes it for a stranger', async () => {
    const source = await open(second.id, decided(3));
    peers.answers.set('b1', { status: 403, body: '' });
    await source.refresh();
    expect(refusals.map(({ name }) => name)).toEqual(['b1']);
  });

  it('follows the hints of the voter', async () => {
    const source = await open(second.id, decided(3));
    const stop = new AbortController();
    const running = source.run(stop.signal);
    await settle();
    peers.gives('b1', decided(6));
    peers.streams.get('b1')?.('{}');
    await expect.poll(() => source.known()?.revision).toBe(6);
    stop.abort();
    await running;
  });

  it('shows its renewed certificates', async () => {
    const source = await open(second.id, decided(3));
    await source.refresh();
    certificates = 'renewed';
    await source.refresh();
    await source.reload();
    await source.refresh();
    expect(shown).toEqual(['of old', 'of old', 'renewed']);
  });

  it('closes its ways', async () => {
    const source = await open(second.id, decided(3));
    source.close();
    expect(peers.closed).toBe(true);
  });
});

it('a decision that nobody understands is told once', async () => {
  const source = await open(first.id, decided(0));
  await source.refresh();
  for (const a of [1, 2]) {
    await store.transact({
      conditions: [],
      put: { '/muster/nodes/nzzzzzzzzzzzz': '{}', [settingsKey]: JSON.stringify({ a }) },
    });
    await source.refresh();
  }
  const errors = told(machine.journal).filter((line) => line.startsWith('error: '));
  expect(errors).toEqual([expect.stringContaining('/muster/nodes/nzzzzzzzzzzzz cannot be understood')]);
});
