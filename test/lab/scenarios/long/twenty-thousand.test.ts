import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agree, whole } from '../../harness/agreement.ts';
import { lifeOf, rostersAre, watchRosters } from '../../harness/haproxy.ts';
import { type Lab, type LabMachine, openLab } from '../../harness/index.ts';
import { clusterOf, join, tokenOn } from '../../harness/join.ts';
import { drained, muster, partsOf } from '../../harness/operator.ts';
import { putSlowPage, startVisitors, vip } from '../../harness/visitors.ts';

const settleMs = 90_000;
const awayMs = 60_000;
/** Between two changes: long enough for what goes wrong late. */
const restMs = 10_000;
const leastRequests = 20_000;

describe('twenty thousand requests, every one of them answered', () => {
  let lab: Lab;
  let three: readonly LabMachine[];
  let b1: LabMachine;
  let b4: LabMachine;

  beforeAll(async () => {
    lab = await openLab({ machines: 4, bare: true });
    [b1, b4] = [lab.machine('b1'), lab.machine('b4')];
    three = await clusterOf(lab, 3, { vip, keepTo: 'pages' });
    for (const machine of three) await putSlowPage(machine);
  });

  afterAll(async () => lab.close());

  test('while a machine joins, one is drained and back, one is removed, and again', async () => {
    const { balancers, others } = await partsOf(three, settleMs);
    const web = others[0] ?? b4;
    const livesBefore = await Promise.all(balancers.map(lifeOf));
    const load = startVisitors();
    const begunMs = performance.now();
    while (performance.now() - begunMs < (leastRequests / 200) * 1_000) {
      await Promise.all([join(b4, await tokenOn(b1)), putSlowPage(b4)]);
      await agree(lab.machines, whole(4), settleMs);
      await rostersAre(balancers, lab.machines, settleMs);
      await pause(restMs);
      await muster(b1, 'node', 'drain', web.name);
      await agree(lab.machines, drained(web.name), settleMs);
      await pause(restMs);
      await muster(b1, 'node', 'undrain', web.name);
      await rostersAre(balancers, lab.machines, settleMs);
      await muster(b1, 'node', 'rm', b4.name, '--yes');
      await agree(three, whole(3), settleMs);
      await pause(restMs);
      await b4.exec(['muster', 'uninstall', '--yes', '--purge-data']);
    }
    const seen = await load.stop();
    expect(seen.failures).toEqual([]);
    expect(seen.sent).toBeGreaterThan(leastRequests);
    expect(await Promise.all(balancers.map(lifeOf))).toEqual(livesBefore);
  });

  test('while agents are away for a minute, one after another and all at once', async () => {
    const { balancers } = await partsOf(three, settleMs);
    const load = startVisitors();
    const rosters = watchRosters(balancers);
    for (const away of [...three.map((machine) => [machine]), three]) {
      await Promise.all(away.map((machine) => machine.exec(['systemctl', 'kill', '-s', 'KILL', 'muster'])));
      await Promise.all(away.map((machine) => machine.exec(['systemctl', 'stop', 'muster'])));
      await pause(awayMs);
      await Promise.all(away.map((machine) => machine.exec(['systemctl', 'start', 'muster'])));
      await agree(three, whole(3), settleMs);
    }
    const seen = await load.stop();
    expect(seen.failures).toEqual([]);
    expect(seen.sent).toBeGreaterThan(leastRequests);
    const all = three.map(({ address }) => address).join(' ');
    const { rosters: had, idle } = await rosters.stop();
    expect(had, idle.join('\n')).toEqual(balancers.map(({ name }) => `${name}: ${all}`));
  });
});
