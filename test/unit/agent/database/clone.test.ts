import { beforeEach, describe, expect, it } from 'vitest';
import { type CloneDisk, takeClone } from '../../../../agent/database/clone.ts';
import { mariadb, originPath } from '../../../../roles/db/service.ts';
import type { CloneStep } from '../../../../roles/model/step.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { FakeServices } from '../../../support/fake-services.ts';
import { recordOf } from '../../../support/sketches.ts';

const donor = recordOf(2);
const step: CloneStep = { kind: 'clone', service: mariadb, donor: donor.id, why: 'it is to follow b2' };
const mebibyte = 1024 * 1024;

/** A disk that a copy comes to; `log` is what was done, in order. */
class Disk implements CloneDisk {
  readonly log: string[] = [];
  completed: string | undefined;
  databases: readonly string[] = [];
  onPiece: () => Promise<void> = async () => undefined;

  completedClone = async (): Promise<string | undefined> => this.completed;
  databasesOnDisk = async (): Promise<readonly string[]> => this.databases;
  prepareClone = async (): Promise<string> => {
    this.log.push('prepare');
    return '0-2-7';
  };
  completeClone = async (origin: string): Promise<void> => {
    this.log.push('complete');
    this.completed = origin;
  };
  settleClone = async (origin: string, path: string): Promise<void> => {
    this.log.push(`settle ${path}: ${origin.trim().replace('\n', ' at ')}`);
    this.completed = undefined;
  };

  async unpackClone(
    source: AsyncIterable<Uint8Array>,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const piece of source) {
      await this.onPiece();
      onBytes(piece.length);
      await new Promise(setImmediate);
      signal.throwIfAborted();
    }
    this.log.push('unpack');
  }
}

describe('a copy of the databases', () => {
  let disk: Disk;
  let services: FakeServices;
  let files: FakeFiles;
  let clock: FakeClock;
  let told: string[];
  let stream: () => Promise<AsyncIterable<Uint8Array>>;
  let placeOf: () => typeof donor | undefined;

  beforeEach(() => {
    [disk, services, files, clock, told] = [
      new Disk(),
      new FakeServices(),
      new FakeFiles(),
      new FakeClock(),
      [],
    ];
    placeOf = () => donor;
    stream = async () => pieces(4);
  });

  async function* pieces(count: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < count; at += 1) yield new Uint8Array(mebibyte);
  }

  const take = (): Promise<void> =>
    takeClone(
      {
        disk,
        services,
        files,
        clock,
        journal: { tell: async ({ sentence }) => void told.push(sentence) },
        signal: new AbortController().signal,
        clusterId: 'c1',
        placeOf: () => placeOf(),
        api: async () => ({ stream: async () => stream() }),
      },
      step,
    );

  it('is taken whole before the server ends, and says whose it is and where it was taken', async () => {
    await take();
    expect(disk.log).toEqual(['unpack', 'prepare', 'complete', `settle ${originPath}: c1 at 0-2-7`]);
    expect(services.calls).toEqual([`stop ${mariadb.unit}`]);
    expect(told).toEqual(['copied data from b2: 4 MiB in 0.1 s, 40 MiB/s']);
  });

  it('tells now and then how it goes', async () => {
    disk.onPiece = () => clock.advance(10_000);
    await take();
    expect(told).toEqual([
      'copying data from b2: 2 MiB in 20.0 s, 0 MiB/s',
      'copying data from b2: 4 MiB in 40.0 s, 0 MiB/s',
      'copied data from b2: 4 MiB in 40.0 s, 0 MiB/s',
    ]);
  });

  it('that was complete when the agent ended is put in place, and not taken again', async () => {
    disk.completed = 'c1\n0-2-5\n';
    stream = async () => Promise.reject(new Error('nobody is to be asked'));
    await take();
    expect(disk.log).toEqual([`settle ${originPath}: c1 at 0-2-5`]);
  });

  it('of another cluster does not count, nor do its databases give way', async () => {
    [disk.completed, disk.databases] = ['c2\n0-2-5\n', ['shop', 'wiki']];
    await expect(take()).rejects.toMatchObject({
      code: 'data-refused',
      why: 'there are shop, wiki; muster takes nothing away that it did not make',
    });
    expect([disk.log, services.calls]).toEqual([[], []]);
  });

  it('ends before the disk is full, and takes nothing away', async () => {
    files.free = 100 * mebibyte;
    disk.onPiece = () => clock.advance(10_000);
    await expect(take()).rejects.toMatchObject({
      code: 'clone-failed',
      why: 'the disk would be full before the copy is whole',
    });
    expect([disk.log, services.calls]).toEqual([[], []]);
  });

  it.each([
    { what: 'the stream breaks', why: 'mariadb-backup ended with 1' },
    { what: 'the donor does not answer', why: 'connection refused' },
  ])('is begun anew where $what: what was there goes on', async ({ why }) => {
    stream = async () => Promise.reject(new Error(why));
    await expect(take()).rejects.toMatchObject({ code: 'clone-failed', why });
    expect([disk.log, services.calls]).toEqual([[], []]);
  });

  it('is not taken from a node that has gone', async () => {
    placeOf = () => undefined;
    await expect(take()).rejects.toMatchObject({ why: 'it is no node of this cluster any more' });
  });
});
