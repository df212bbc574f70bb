import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agree, whole } from '../../harness/agreement.ts';
import { install } from '../../harness/cluster.ts';
import { rostersAre } from '../../harness/haproxy.ts';
import { type Lab, type LabMachine, openLab } from '../../harness/index.ts';
import { clusterOf } from '../../harness/join.ts';
import { membersBy, partsOf } from '../../harness/operator.ts';
import { overhear } from '../../harness/overhear.ts';
import { strangerHere, strangerOn } from '../../harness/stranger.ts';
import { putSlowPage, startVisitors, vip } from '../../harness/visitors.ts';

const settleMs = 90_000;
/** Long enough for the members to dial an address again and again. */
const besideMs = 30_000;
const gossipPort = 7700;
const everyPort = Array.from({ length: 65_535 }, (_, at) => at + 1);

describe('strangers on the same wire', () => {
  let lab: Lab;
  let three: readonly LabMachine[];
  let b1: LabMachine;
  let b4: LabMachine;

  beforeAll(async () => {
    lab = await openLab({ machines: 4 });
    [b1, b4] = [lab.machine('b1'), lab.machine('b4')];
    three = await clusterOf(lab, 3, { vip, keepTo: 'pages' });
    for (const machine of three) await putSlowPage(machine);
  });

  afterAll(async () => lab.close());

  test('a scan of every port finds HTTP on the balancers, gossip and the API, and nothing else', async () => {
    const { balancers, others } = await partsOf(three, settleMs);
    const stranger = await strangerOn(b4);
    for (const { address } of balancers) {
      expect(await stranger.scan(address, everyPort)).toEqual([80, 7700, 7701]);
    }
    for (const { address } of others) expect(await stranger.scan(address, everyPort)).toEqual([7700, 7701]);
  });

  test('a minute of garbage and repeated words, also in the name of a member that is off: nothing changes', async () => {
    const { balancers, others } = await partsOf(three, settleMs);
    const off = others[0] ?? b4;
    const members = await membersBy(b1);
    const left = three.filter((machine) => machine !== off);
    const heard = await overhear(gossipPort, async () => {
      await off.exec(['systemctl', 'restart', 'muster']);
      await agree(three, whole(3), settleMs);
      await off.kill();
      await rostersAre(balancers, left, settleMs);
    });
    expect(heard.udp.length).toBeGreaterThan(0);
    expect(heard.tcp.length).toBeGreaterThan(0);
    const load = startVisitors();
    await b4.exec(['ip', 'address', 'add', `${off.address}/24`, 'dev', 'host0']);
    const [here, there] = [strangerHere(), await strangerOn(b4)];
    for (const { address } of left) {
      for (const stranger of [here, there]) {
        await stranger.garbage(address, 50);
        await stranger.replay(address, gossipPort, heard);
      }
      await there.replay(address, gossipPort, heard, off.address);
    }
    await b4.exec(['ip', 'address', 'del', `${off.address}/24`, 'dev', 'host0']);
    await rostersAre(balancers, left, settleMs);
    const seen = await load.stop();
    expect(seen.failures).toEqual([]);
    expect(await membersBy(b1)).toEqual(members);
    await off.start();
    await agree(three, whole(3), settleMs);
  });

  test('a node of another cluster at the address of a member that is off: neither takes the other for its own', async () => {
    const { balancers, others } = await partsOf(three, settleMs);
    const off = others[0] ?? b4;
    const members = await membersBy(b1);
    await off.kill();
    const load = startVisitors();
    await b4.exec(['ip', 'address', 'add', `${off.address}/24`, 'dev', 'host0']);
    await install(b4, ['--address', off.address, '--cluster', 'other']);
    await pause(besideMs);
    expect(await membersBy(b1)).toEqual(members);
    expect(await membersBy(b4)).toHaveLength(1);
    const left = three.filter((machine) => machine !== off);
    await rostersAre(balancers, left, settleMs);
    await b4.kill();
    await off.start();
    await agree(three, whole(3), settleMs);
    const seen = await load.stop();
    expect(seen.failures.filter(({ post }) => !post)).toEqual([]);
  });
});
