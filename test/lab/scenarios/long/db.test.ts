import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NodeId } from '../../../../roles/model/node.ts';
import { statusOf } from '../../harness/cluster.ts';
import {
  askServer,
  decidedOn,
  type Hold,
  holdTable,
  holdWrites,
  type WriterWatch,
  watchWriters,
} from '../../harness/db-servers.ts';
import { DbStage, moveMs, settleMs, told } from '../../harness/db-stage.ts';
import { databasesOn } from '../../harness/haproxy.ts';
import { eventually, type LabMachine } from '../../harness/index.ts';
import { muster } from '../../harness/operator.ts';

/** The setting as it comes, and what a laggard may take beyond it on a host that does other things too: two looks, 250 ms apart, and the way to the readers. */
const lagLimitSeconds = 5;
const outMs = 5_000;

const figure = (text: string): void => void process.stderr.write(`db: ${text}\n`);
const since = (startedMs: number): number => Math.round(performance.now() - startedMs);

describe('the databases of three machines', () => {
  let stage: DbStage;
  let b1: LabMachine;
  let watch: WriterWatch;

  beforeAll(async () => {
    stage = await DbStage.open();
    b1 = stage.b1;
  });

  afterAll(async () => stage.lab.close());

  beforeEach(async () => {
    await stage.whole();
    watch = watchWriters(stage.all);
  });

  afterEach(async () => {
    await stage.endLoads();
    expect(await watch.stop(), 'moments with two writers').toEqual([]);
  });

  test('status names the primary, its replicas, and how far they are behind', async () => {
    const { stdout } = await muster(b1, 'db', 'status');
    expect(stdout).toMatch(/^b1 takes the writes/);
    expect(stdout.match(/^b\d .* replica .* yes .* \d+\.\d s/gm)).toHaveLength(2);
  });

  test.each([1, 2, 3])('the writes move (%i): a pause, and nothing is lost', async () => {
    const from = await stage.whole();
    const to = stage.otherThan(from);
    const [reading, writing] = [await stage.startReads(), await stage.startWrites(to)];
    const begun = performance.now();
    const { stdout } = await muster(b1, 'db', 'switchover', to.name);
    const tookMs = since(begun);
    expect(stdout).toContain(`${to.name} is the primary`);
    expect(await stage.whole()).toBe(to);
    const [report, reads] = [await writing.stop(), await reading.stop()];
    figure(
      `switchover ${from.name} → ${to.name}: ${tookMs} ms; writes ${told(report)}; reads ${told(reads)}`,
    );
    await stage.nothingIsLost(report);
    expect(reads.failedFirst, 'reads that failed').toBe(0);
  });

  /** How a state of a move is kept from passing. */
  const holds = {
    begun: (from: LabMachine): Promise<Hold> => holdWrites(from),
    closed: (_from: LabMachine, to: LabMachine): Promise<Hold> => holdTable(to, 'shop.ledger'),
    done: async (): Promise<Hold> => ({ release: async () => undefined }),
  } as const;

  const reached = async (state: keyof typeof holds, former: NodeId | undefined): Promise<boolean> => {
    const database = await decidedOn(b1);
    if (state === 'begun') return database?.move !== undefined;
    if (state === 'closed') return database?.move?.at !== undefined;
    return database?.move === undefined && database?.primary !== former;
  };

  const victims = ['the former primary', 'the next primary', 'who decides'] as const;
  const states = Object.keys(holds) as (keyof typeof holds)[];
  const interruptions = states.flatMap((state) => victims.map((victim) => ({ state, victim })));

  test.each(interruptions)(
    'the agent of $victim is killed while a move is $state',
    async ({ state, victim }) => {
      const from = await stage.awayFromB1();
      const to = stage.otherThan(from);
      const killed = { 'the former primary': from, 'the next primary': to, 'who decides': b1 }[victim];
      const writing = await stage.startWrites(to);
      const former = (await decidedOn(b1))?.primary;
      const hold = await holds[state](from, to);
      const moving = b1.exec(['muster', 'db', 'switchover', to.name], { reject: false });
      await eventually(`the move is ${state}`, () => reached(state, former), {
        deadlineMs: moveMs,
        everyMs: 10,
      });
      await killed.exec(['systemctl', 'kill', '--kill-whom=main', '--signal=KILL', 'muster']);
      await hold.release();
      await moving;
      await eventually('the move is over', async () => (await decidedOn(b1))?.move === undefined, {
        deadlineMs: moveMs,
      });
      const now = await stage.whole();
      const report = await writing.stop();
      figure(`${victim} killed while ${state}: ${now.name} writes, was ${from.name}; ${told(report)}`);
      await stage.nothingIsLost(report);
    },
  );

  test('a replica that falls behind is read from no more, and comes back', async () => {
    const primary = await stage.awayFromB1();
    const late = stage.otherThan(primary);
    const [reading, writing] = [await stage.startReads(), await stage.startWrites(late)];
    const hold = await holdTable(late, 'shop.ledger');
    const often = { deadlineMs: settleMs, everyMs: 20 };
    await eventually('it is over the limit', async () => (await lagOn(late)) > lagLimitSeconds, often);
    const overMs = performance.now();
    await eventually(
      'nobody reads there',
      async () => !(await databasesOn(b1, 'reads')).includes(late.address),
      often,
    );
    const tookMs = since(overMs);
    await hold.release();
    const freedMs = performance.now();
    await stage.uses('reads', late);
    const backMs = since(freedMs);
    const [report, reads] = [await writing.stop(), await reading.stop()];
    figure(`a laggard is out ${tookMs} ms after the limit, and back ${backMs} ms after it may go on`);
    expect(tookMs).toBeLessThan(outMs);
    expect([reads.failedFirst, report.failedFirst]).toEqual([0, 0]);
    await stage.nothingIsLost(report);
  });

  test('the primary loses its power: reads go on, a replica is promoted, and nothing acknowledged is lost', async () => {
    const lost = await stage.awayFromB1();
    const next = stage.otherThan(lost);
    const [reading, writing] = [await stage.startReads(), await stage.startWrites(next)];
    const [waits] = await askServer<{ Value: string }>(
      lost,
      "SHOW STATUS LIKE 'Rpl_semi_sync_master_status'",
    );
    expect(waits?.Value, 'commits wait for an acknowledgement').toBe('ON');
    await lost.kill();
    const risk = await eventually(
      'status names it, and the command',
      async () => (await statusOf(b1)).risks.find(({ code }) => code === 'primary-lost'),
      { deadlineMs: moveMs },
    );
    expect(risk.sentence).toContain(`${lost.name} is the primary`);
    expect(risk.next).toContain('muster db promote ');
    await eventually(
      'promote says that nothing is lost',
      async () => {
        const { stdout } = await muster(b1, 'db', 'promote', next.name, '--dry-run');
        if (stdout.includes('no write that was told to be done is lost')) return true;
        throw new Error(stdout);
      },
      { deadlineMs: moveMs },
    );
    const refused = await b1.exec(['muster', 'db', 'promote', next.name], { reject: false });
    expect(refused.exitCode, 'without a yes').not.toBe(0);
    const begun = performance.now();
    const { stdout } = await muster(b1, 'db', 'promote', next.name, '--yes');
    expect(stdout).toContain(`${next.name} is the primary`);
    await stage.uses('writes', next);
    const tookMs = since(begun);
    await lost.start();
    expect(await stage.whole()).toBe(next);
    const [report, reads] = [await writing.stop(), await reading.stop()];
    figure(`promoted in ${tookMs} ms; writes ${told(report)}; reads ${told(reads)}`);
    await stage.nothingIsLost(report);
    expect(reads.failedFirst, 'reads that failed').toBe(0);
  });
});

/** How far a replica is behind, as its own rows say: the machines of a lab have one clock. */
const lagOn = async (machine: LabMachine): Promise<number> => {
  const statement =
    'SELECT TIMESTAMPDIFF(MICROSECOND, MAX(at), UTC_TIMESTAMP(6)) / 1000000 AS lag FROM muster.heartbeat';
  const [row] = await askServer<{ lag: string }>(machine, statement);
  return Number(row?.lag);
};
