import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agree, whole } from '../../harness/agreement.ts';
import { mastersOf } from '../../harness/arp.ts';
import { openArpWatch } from '../../harness/arp-watch.ts';
import { rostersAre } from '../../harness/haproxy.ts';
import { watchHolders } from '../../harness/holders.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../../harness/index.ts';
import { clusterOf } from '../../harness/join.ts';
import { holderAmong, partsOf, powerOn } from '../../harness/operator.ts';
import { openProbe, pageCame } from '../../harness/probe.ts';
import { putSlowPage, startVisitors, vip } from '../../harness/visitors.ts';

const settleMs = 90_000;
/** The figures, to the letter. */
const outMs = 3_000;
const silenceMs = 1_000;
const servingMs = 60_000;
/** Longer than a keepalived takes to say a second time that it is master. */
const restMs = 8_000;

const page = `http://${vip}/`;

describe('machines lose their power', () => {
  let lab: Lab;
  let three: readonly LabMachine[];

  beforeAll(async () => {
    lab = await openLab({ machines: 3 });
    three = await clusterOf(lab, 3, { vip, keepTo: 'pages' });
    for (const machine of three) await putSlowPage(machine);
  });

  afterAll(async () => lab.close());

  beforeEach(async () => {
    await powerOn(three);
    await agree(three, whole(3), settleMs);
    await pause(restMs);
  });

  /** Watches from the wire and from the machines that the address never has two masters. */
  async function neverTwoMasters(work: () => Promise<void>): Promise<void> {
    const [arp, holders] = [await openArpWatch(vip), watchHolders(three, vip)];
    await work();
    await pause(restMs);
    expect([mastersOf(await arp.stop()).overlaps, await holders.stop()]).toEqual([[], []]);
  }

  const rounds = [1, 2, 3];

  test.each(rounds)(
    'a web machine, round %i: out of every roster within 3 s, only POSTs are lost',
    async () => {
      const { balancers, others } = await partsOf(three, settleMs);
      const load = startVisitors();
      await neverTwoMasters(async () => {
        const killedMs = performance.now();
        for (const web of others) await web.kill();
        await rostersAre(balancers, balancers, settleMs);
        expect(performance.now() - killedMs).toBeLessThan(outMs);
        for (const web of others) await web.start();
        await agree(three, whole(3), settleMs);
      });
      const seen = await load.stop();
      expect(seen.failures.filter(({ post }) => !post)).toEqual([]);
    },
  );

  test.each(rounds)('the holder of the address, round %i: a page within 1 s', async () => {
    await neverTwoMasters(async () => {
      const holder = await holderAmong(three, settleMs);
      const probe = openProbe(page);
      await holder.kill();
      const next = await holderAmong(three, settleMs);
      await pause(restMs);
      const silentMs = await probe.stop();
      process.stderr.write(
        `power: ${holder.name} to ${next.name}, ${Math.round(silentMs)} ms without a page\n`,
      );
      expect(silentMs).toBeLessThan(silenceMs);
      await holder.start();
      await agree(three, whole(3), settleMs);
      expect(await holderAmong(three, settleMs)).toBe(next);
    });
  });

  test.each(rounds)('HAProxy of the holder, round %i: a page within 1 s', async () => {
    await neverTwoMasters(async () => {
      const holder = await holderAmong(three, settleMs);
      const probe = openProbe(page);
      await holder.exec(['pkill', '-9', 'haproxy']);
      await pause(restMs);
      expect(await probe.stop()).toBeLessThan(silenceMs);
    });
  });

  test.each([
    ['b1', 'b2', 'b3'],
    ['b1', 'b3', 'b2'],
    ['b2', 'b1', 'b3'],
    ['b2', 'b3', 'b1'],
    ['b3', 'b1', 'b2'],
    ['b3', 'b2', 'b1'],
  ])('all at once, and on again as %s, %s, %s: serving within a minute of the last', async (...names) => {
    await neverTwoMasters(async () => {
      await Promise.all(three.map((machine) => machine.kill()));
      for (const name of names) await lab.machine(name).start();
      await eventually('the page is back', () => pageCame(page), {
        deadlineMs: servingMs,
      });
      await agree(three, whole(3), settleMs);
    });
  });
});
