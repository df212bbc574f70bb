import { beforeEach, describe, expect, test } from 'vitest';
import type { DecisionSet } from '../../../../coordinator/store/codec.ts';
import { decisionsPrefix, nodeKey, settingsKey } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import { Mirror } from '../../../../coordinator/store/mirror.ts';
import { importSeed, seedSnapshot } from '../../../../coordinator/store/seed.ts';
import { saveSnapshot } from '../../../../coordinator/store/snapshot-file.ts';
import type { MusterError } from '../../../../roles/model/errors.ts';
import type { Decisions, Snapshot } from '../../../../roles/model/ports.ts';
import { FakeClock, settle } from '../../../support/fake-clock.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { nodeView } from '../../../support/sample-views.ts';

const path = '/var/lib/muster/decisions.json';
const seed = seedSnapshot({ settings: { a: 1 }, nodes: [nodeView(1).record] });

let clock: FakeClock;
let store: MemoryDecisions;
let files: FakeFiles;
let errors: MusterError[];
let heard: DecisionSet[];
let stop: AbortController;

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryDecisions(clock);
  files = new FakeFiles();
  errors = [];
  heard = [];
  stop = new AbortController();
});

function mirrorOf(decisions: Decisions = store): Mirror {
  const mirror = new Mirror({
    decisions,
    files,
    clock,
    path,
    whenEmpty: (known) => importSeed(store, known),
    onError: (error) => errors.push(error),
  });
  mirror.subscribe((known) => heard.push(known));
  return mirror;
}

async function setSettings(value: unknown): Promise<void> {
  await store.transact({ conditions: [], put: { [settingsKey]: JSON.stringify(value) } });
  await settle();
}

describe('the mirror', () => {
  test('knows nothing at first, and says so', () => {
    const mirror = mirrorOf();
    expect(mirror.known()).toBeUndefined();
    expect(mirror.reach()).toMatchObject({ answered: false, why: 'it was not asked yet' });
  });

  test('starts from the disk while the store is silent', async () => {
    await saveSnapshot(files, path, seed);
    store.setReachable(false);
    const mirror = mirrorOf();
    await mirror.load();
    await mirror.refresh();
    expect(mirror.known()).toMatchObject({ revision: 0, settings: { a: 1 } });
    expect(mirror.reach()).toMatchObject({ answered: false, why: 'it is switched off' });
  });

  test('that starts from the disk never says that the store answers while it still knows what was before', async () => {
    await saveSnapshot(files, path, seed);
    await importSeed(store, seed);
    await setSettings({ a: 2 });
    const mirror = mirrorOf();
    await mirror.load();
    const seen: unknown[] = [];
    const look = (): void => void seen.push([mirror.reach().answered, mirror.known()?.settings]);
    const write = files.write.bind(files);
    files.write = async (...words) => {
      look();
      await write(...words);
      await settle();
      look();
    };
    mirror.subscribe(look);
    await mirror.refresh();
    expect(seen).toEqual([
      [false, { a: 1 }],
      [false, { a: 1 }],
      [true, { a: 2 }],
    ]);
  });

  test('brings what was known into an empty store, and takes it from there', async () => {
    await saveSnapshot(files, path, seed);
    const mirror = mirrorOf();
    await mirror.load();
    await mirror.refresh();
    expect(Object.keys((await store.read(decisionsPrefix)).entries)).toHaveLength(2);
    expect(heard.map((known) => known.revision)).toEqual([0, 2]);
    expect(mirror.reach().answered).toBe(true);
  });

  test('never takes nothing for something', async () => {
    await saveSnapshot(files, path, seed);
    const mirror = new Mirror({
      decisions: store,
      files,
      clock,
      path,
      whenEmpty: () => Promise.resolve(),
      onError: (error) => errors.push(error),
    });
    await mirror.load();
    await mirror.refresh();
    expect(mirror.known()?.nodes).toHaveLength(1);
    expect(mirror.reach().answered).toBe(true);
  });

  test('keeps on disk what moved, for root alone, and nothing else', async () => {
    const mirror = mirrorOf();
    await setSettings({ a: 2 });
    await mirror.refresh();
    expect((await files.inspect(path))?.mode).toBe(0o600);
    const restarted = mirrorOf();
    await restarted.load();
    expect(restarted.known()).toEqual(mirror.known());
    await files.remove(path);
    await mirror.refresh();
    expect(files.text(path)).toBeUndefined();
  });

  test('goes on with what the store says when the disk takes nothing, and tells it', async () => {
    files.refusals.set(path, 'the disk is full');
    const mirror = mirrorOf();
    await setSettings({ a: 2 });
    await mirror.refresh();
    expect(mirror.known()?.settings).toEqual({ a: 2 });
    expect(errors).toHaveLength(1);
  });

  test.each([
    { what: 'no JSON', text: '{' },
    { what: 'another shape', text: '{"revision":-1}' },
  ])('a damaged copy ($what) is told, and is as good as none', async ({ text }) => {
    files.put(path, text);
    const mirror = mirrorOf();
    await mirror.load();
    expect(mirror.known()).toBeUndefined();
    expect(errors.map((error) => error.code)).toEqual(['state-unreadable']);
  });

  test('a value that nobody understands is named and takes nothing else along', async () => {
    const mirror = mirrorOf();
    await store.transact({ conditions: [], put: { [nodeKey('nbbbbbbbbbbbb')]: '{}' } });
    await setSettings({ a: 2 });
    await mirror.refresh();
    expect(mirror.known()?.settings).toEqual({ a: 2 });
    expect(mirror.known()?.malformed.map(({ key }) => key)).toEqual([nodeKey('nbbbbbbbbbbbb')]);
  });

  test('who has left is told no more', async () => {
    const mirror = mirrorOf();
    const late: number[] = [];
    const leave = mirror.subscribe((known) => late.push(known.revision));
    leave();
    await setSettings({ a: 2 });
    await mirror.refresh();
    expect(late).toEqual([]);
    expect(heard).toHaveLength(1);
  });
});

describe('a copy that another node offers', () => {
  const at = (generation: number, revision: number): Snapshot => ({
    ...seedSnapshot({ cluster: { id: 'cmmmmmmmmmmmm', generation }, settings: { generation, revision } }),
    revision,
  });

  test.each<{ what: string; copy: Snapshot; taken: boolean }>([
    { what: 'later', copy: at(2, 8), taken: true },
    { what: 'as old', copy: at(2, 7), taken: false },
    { what: 'older', copy: at(2, 6), taken: false },
    { what: 'of a cluster made anew, which counts from the beginning', copy: at(3, 2), taken: true },
    { what: 'of a cluster made anew, at the same revision', copy: at(3, 7), taken: true },
    { what: 'of the cluster before', copy: at(1, 99), taken: false },
    { what: 'that says not of which', copy: { ...seed, revision: 99 }, taken: false },
    { what: 'of nothing', copy: { revision: 99, entries: {} }, taken: false },
  ])('$what: taken $taken', async ({ copy, taken }) => {
    await saveSnapshot(files, path, at(2, 7));
    const mirror = mirrorOf();
    await mirror.load();
    await mirror.offer(copy);
    expect(mirror.snapshot()).toEqual(taken ? copy : at(2, 7));
    expect(JSON.parse(files.text(path) ?? '')).toEqual(mirror.snapshot());
    expect(heard).toHaveLength(taken ? 2 : 1);
  });

  test('is taken where nothing is known', async () => {
    const mirror = mirrorOf();
    await mirror.offer(at(1, 3));
    expect(mirror.known()?.revision).toBe(3);
    expect(mirror.reach().answered).toBe(false);
  });
});

describe('the running mirror', () => {
  test('follows hints at once, and ends with its signal', async () => {
    const mirror = mirrorOf();
    const running = mirror.run(stop.signal);
    await settle();
    await setSettings({ a: 1 });
    await clock.advance(0);
    await setSettings({ a: 2 });
    await clock.advance(0);
    expect(heard.map((known) => known.settings)).toEqual([{ a: 1 }, { a: 2 }]);
    stop.abort();
    await running;
    expect(clock.sleeping).toBe(0);
  });

  test('lists anew without any hint within 30 s', async () => {
    const deaf: Decisions = {
      read: (prefix) => store.read(prefix),
      transact: (transaction) => store.transact(transaction),
      watch: (_prefix, _onHint, signal) => store.watch('/nowhere/', () => undefined, signal),
      grantLease: (seconds) => store.grantLease(seconds),
      renewLease: (lease) => store.renewLease(lease),
      revokeLease: (lease) => store.revokeLease(lease),
    };
    const running = mirrorOf(deaf).run(stop.signal);
    await settle();
    await setSettings({ a: 1 });
    await clock.advance(29_000);
    expect(heard).toEqual([]);
    await clock.advance(1_000);
    expect(heard).toHaveLength(1);
    stop.abort();
    await running;
  });

  test('says since when the store is silent, and finds it again within seconds', async () => {
    const mirror = mirrorOf();
    const running = mirror.run(stop.signal);
    await setSettings({ a: 1 });
    await clock.advance(60_000);
    expect(mirror.reach()).toMatchObject({ answered: true, why: '' });
    store.setReachable(false);
    await clock.advance(60_000);
    const { answered, since } = mirror.reach();
    expect(answered).toBe(false);
    expect(clock.now().getTime() - since.getTime()).toBeGreaterThanOrEqual(30_000);
    store.setReachable(true);
    await clock.advance(5_000);
    expect(mirror.reach().answered).toBe(true);
    stop.abort();
    await running;
  });

  test('a loop that cannot keep up asks once more, never twice at a time', async () => {
    let [asking, most] = [0, 0];
    const slow: Decisions = {
      read: async (prefix) => {
        asking += 1;
        most = Math.max(most, asking);
        await clock.sleep(500);
        asking -= 1;
        return store.read(prefix);
      },
      transact: (transaction) => store.transact(transaction),
      watch: (prefix, onHint, signal) => store.watch(prefix, onHint, signal),
      grantLease: (seconds) => store.grantLease(seconds),
      renewLease: (lease) => store.renewLease(lease),
      revokeLease: (lease) => store.revokeLease(lease),
    };
    const mirror = mirrorOf(slow);
    const running = mirror.run(stop.signal);
    for (let change = 0; change < 20; change += 1) await setSettings({ change });
    void mirror.refresh();
    await clock.advance(3_000);
    expect(most).toBe(1);
    expect(mirror.known()?.settings).toEqual({ change: 19 });
    stop.abort();
    await clock.advance(1_000);
    await running;
  });
});
