import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agree, type Fits } from '../../harness/agreement.ts';
import { install, statusOf, well } from '../../harness/cluster.ts';
import { type Ledger, startWriting } from '../../harness/file-ledger.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../../harness/index.ts';
import { join, tokenOn } from '../../harness/join.ts';

const shared = '/var/lib/muster/shared';

/** GlusterFS starts on machines that share two cores with others; nothing hangs on the figure. */
const settleMs = 180_000;

/** A dead server is let go of after 5 s; the rest is a slow host's. */
const stallMs = 30_000;

/** Of several machines: all alive, everything ready. */
const allReady =
  (count: number): Fits =>
  (nodes) =>
    nodes.length === count &&
    nodes.every(({ verdict, roles }) => verdict === 'alive' && roles.every(({ state }) => state === 'ready'));

/** Some seconds of several minutes, on machines that share two cores. */
const refusedAtMostOneIn = 10;

const risksOn = async (machine: LabMachine): Promise<readonly string[]> =>
  (await statusOf(machine)).risks.map(({ code }) => code);

/** The nodes that hold the volume, as GlusterFS itself says. */
async function parts(machine: LabMachine): Promise<number> {
  const { stdout } = await machine.exec(['gluster', 'volume', 'info', 'muster'], { reject: false });
  return stdout.match(/^Brick\d+:/gm)?.length ?? 0;
}

const copiesAre = (machine: LabMachine, count: number): Promise<true> =>
  eventually(`the volume has ${count} parts`, async () => (await parts(machine)) === count || undefined, {
    deadlineMs: settleMs,
  });

describe('the common files', () => {
  let lab: Lab;
  let b1: LabMachine;
  let b2: LabMachine;
  let b3: LabMachine;
  let ledger: Ledger;

  beforeAll(async () => {
    lab = await openLab({ machines: 3 });
    [b1, b2, b3] = [lab.machine('b1'), lab.machine('b2'), lab.machine('b3')];
    await install(b1);
    await well(b1, settleMs);
  });

  afterAll(async () => lab.close());

  test('a lone node has them in a folder of its own', async () => {
    await eventually(
      'the folder is mounted',
      async () => {
        const { exitCode } = await b1.exec(['mountpoint', '--quiet', shared], { reject: false });
        return exitCode === 0 || undefined;
      },
      { deadlineMs: settleMs },
    );
    await b1.exec(['install', '-d', '-o', 'www-data', `${shared}/uploads`]);
    await b1.exec(['sh', '-c', `echo first > ${shared}/uploads/first`]);
    expect(await b1.readFile('/srv/muster/files/uploads/first')).toBe('first\n');
  });

  test('a second joins while files are written: it has them all, and none is hidden', async () => {
    ledger = await startWriting(b1, `${shared}/uploads`);
    await join(b2, await tokenOn(b1));
    await agree([b1, b2], allReady(2), settleMs);
    expect(await risksOn(b1)).toContain('one-copy');
    expect(await b2.readFile(`${shared}/uploads/first`)).toBe('first\n');
    await b2.exec(['sh', '-c', `echo second > ${shared}/second`]);
    expect(await b1.readFile(`${shared}/second`)).toBe('second\n');
  });

  test('a third joins: every file has three copies, and none was lost', async () => {
    await join(b3, await tokenOn(b1));
    await copiesAre(b1, 3);
    await agree([b1, b2, b3], allReady(3), settleMs);
    const written = await ledger.stop();
    expect(written.names.length).toBeGreaterThan(100);
    for (const machine of [b1, b2, b3]) expect(await ledger.missing(machine, shared)).toEqual([]);
    // Two of three copies are a majority, and until the second is connected no write is done: whoever wrote was told.
    const [done, refused] = [written.names.length, written.refused.length];
    process.stderr.write(`storage: ${done} files written, ${refused} refused as one copy became three\n`);
    expect(refused).toBeLessThan(done / refusedAtMostOneIn);
    expect(await risksOn(b1)).not.toContain('one-copy');
  });

  test('one loses its power: the others write on, and back it is brought up to date', async () => {
    await b3.kill();
    const writing = await startWriting(b2, `${shared}/uploads`);
    await eventually('files are written again', async () => (await writing.count()) > 20 || undefined, {
      deadlineMs: stallMs,
    });
    await writing.stop();
    await b3.start();
    await agree([b1, b2, b3], allReady(3), settleMs);
    expect(await writing.missing(b3, '/srv/muster/files')).toEqual([]);
    expect(await ledger.missing(b3, '/srv/muster/files')).toEqual([]);
  });

  test('two of three stand still: the agent answers, pages go on, and status says that uploads fail', async () => {
    await Promise.all([b2.freeze(), b3.freeze()]);
    try {
      await eventually(
        'status says it',
        async () => (await risksOn(b1)).includes('storage-silent') || undefined,
        { deadlineMs: stallMs },
      );
      const page = await b1.exec(['curl', '--silent', '--fail', `http://${b1.address}/`]);
      expect(page.stdout).toMatch(/serves/);
    } finally {
      await Promise.all([b2.thaw(), b3.thaw()]);
    }
    await agree([b1, b2, b3], allReady(3), settleMs);
  });
});
