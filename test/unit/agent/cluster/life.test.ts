import { describe, expect, it } from 'vitest';
import { beginEpoch } from '../../../../agent/cluster/life.ts';
import { PeerBook } from '../../../../agent/cluster/peer-book.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { recordOf } from '../../../support/sketches.ts';

const path = '/var/lib/muster/epoch.json';
/** The fake clock's seconds. */
const nowS = Date.parse('2026-01-01T00:00:00Z') / 1000;

async function begin(files: FakeFiles): Promise<{ epoch: number; errors: string[] }> {
  const errors: string[] = [];
  const epoch = await beginEpoch({
    files,
    clock: new FakeClock(),
    path,
    onError: ({ message }) => void errors.push(message),
  });
  return { epoch, errors };
}

describe('an epoch', () => {
  it.each([
    { what: 'the first is the time', text: undefined, epoch: nowS },
    { what: 'is above the last, whatever the clock says', text: `{"epoch":${nowS + 50}}`, epoch: nowS + 51 },
    { what: 'is the time when the disk came from a backup', text: '{"epoch":7}', epoch: nowS },
  ])('$what', async ({ text, epoch }) => {
    const files = new FakeFiles(text === undefined ? {} : { [path]: text });
    expect(await begin(files)).toEqual({ epoch, errors: [] });
    expect(files.text(path)).toBe(`{"epoch":${epoch}}\n`);
    expect((await begin(files)).epoch).toBe(epoch + 1);
  });

  it('is good without a disk, which is told', async () => {
    const files = new FakeFiles({ [path]: 'garbage' });
    files.refusals.set(path, 'no space left');
    const { epoch, errors } = await begin(files);
    expect([epoch, errors.length]).toEqual([nowS, 2]);
  });
});

describe('the book of peers', () => {
  const peersPath = '/var/lib/muster/peers.json';
  const [a, b] = [recordOf(1).id, recordOf(2).id];

  function open(files: FakeFiles): { book: PeerBook; errors: string[] } {
    const errors: string[] = [];
    const onError = ({ message }: Error): void => void errors.push(message);
    return { book: new PeerBook({ files, path: peersPath, onError }), errors };
  }

  it('remembers addresses and lives from one agent to the next', async () => {
    const files = new FakeFiles();
    const { book } = open(files);
    book.setAddress(a, '10.77.0.99');
    book.setEpoch(a, 5);
    book.setEpoch(a, 4);
    book.setEpoch(b, 9);
    await book.save();
    const next = open(files).book;
    await next.load();
    expect([next.address(a), next.epoch(a), next.address(b), next.epoch(b)]).toEqual([
      '10.77.0.99',
      5,
      undefined,
      9,
    ]);
    next.keep(new Set([b]));
    expect([next.address(a), next.epoch(a)]).toEqual([undefined, 0]);
  });

  it('is as good as empty when it cannot be read, and says so', async () => {
    const { book, errors } = open(new FakeFiles({ [peersPath]: '{"peers":{"x":1}}' }));
    await book.load();
    expect([book.epoch(a), errors.length]).toEqual([0, 1]);
  });

  it('writes nothing when nothing changed', async () => {
    const files = new FakeFiles();
    await open(files).book.save();
    expect(files.text(peersPath)).toBeUndefined();
  });
});
