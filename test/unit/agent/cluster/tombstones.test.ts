import { beforeEach, describe, expect, it } from 'vitest';
import { mostPassedOn, type Tombstone } from '../../../../agent/cluster/messages.ts';
import { PeerBook } from '../../../../agent/cluster/peer-book.ts';
import { Tombstones } from '../../../../agent/cluster/tombstones.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { recordOf } from '../../../support/sketches.ts';

const [a, b] = [recordOf(1).id, recordOf(2).id];

/** Genuine unless it says otherwise. */
function stone(node: string, atMs: number, genuine = true): Tombstone {
  return { node, atMs, genuine };
}

const law = {
  verify: ({ node, genuine }: Tombstone) => (genuine === true && typeof node === 'string' ? node : undefined),
  ends: () => true,
  atMs: ({ atMs }: Tombstone) => Number(atMs),
};

let files: FakeFiles;
beforeEach(() => {
  files = new FakeFiles();
});

/** What a new life of the agent knows. */
async function nextLife(): Promise<{ tombstones: Tombstones; book: PeerBook }> {
  const book = new PeerBook({ files, path: '/peers.json', onError: () => expect.unreachable() });
  await book.load();
  return { book, tombstones: new Tombstones(law, book) };
}

describe('a tombstone', () => {
  it.each<{ what: string; listed: readonly string[]; genuine: boolean; after: readonly string[] }>([
    {
      what: 'of a node that the decisions still have outlives the agent',
      listed: [a, b],
      genuine: true,
      after: [a],
    },
    { what: 'of a node that they do not have need not', listed: [b], genuine: true, after: [] },
    { what: 'that the authority did not make is none', listed: [a, b], genuine: false, after: [] },
  ])('$what', async ({ listed, genuine, after }) => {
    const { tombstones, book } = await nextLife();
    tombstones.setListed(new Set(listed));
    expect(tombstones.take(stone(a, 5, genuine))).toBe(genuine ? a : undefined);
    await book.save();
    expect((await nextLife()).tombstones.nodes()).toEqual(after);
  });

  it('goes from the disk once the decisions have it too', async () => {
    const { tombstones, book } = await nextLife();
    tombstones.setListed(new Set([a, b]));
    tombstones.take(stone(a, 5));
    await book.save();
    tombstones.setListed(new Set([b]));
    await book.save();
    expect(tombstones.ended(a)).toBe(true);
    expect((await nextLife()).tombstones.nodes()).toEqual([]);
  });
});

describe('tombstones of years', () => {
  const names = Array.from({ length: mostPassedOn + 2 }, (_, index) => `n${index}`);

  it('are passed on as far as they are late, in whatever order they came', async () => {
    const [{ tombstones: one }, { tombstones: other }] = [await nextLife(), await nextLife()];
    const stones = names.map((name, index) => stone(name, index));
    for (const each of stones) one.take(each);
    for (const each of stones.toReversed()) other.take(each);
    expect(one.nodes().toSorted()).toEqual(names.slice(2).toSorted());
    expect(other.nodes().toSorted()).toEqual(one.nodes().toSorted());
    expect(one.take(stone('n0', 0))).toBeUndefined();
    expect(one.lackedBy(other.nodes())).toEqual([]);
  });

  it('never make room at the cost of a node that the decisions still have', async () => {
    const { tombstones } = await nextLife();
    tombstones.setListed(new Set([a]));
    tombstones.take(stone(a, -1));
    for (const [index, name] of names.entries()) tombstones.take(stone(name, index));
    expect(tombstones.ended(a)).toBe(true);
    expect(tombstones.nodes()).toHaveLength(mostPassedOn + 1);
  });
});
