import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeStatus } from '../../../../agent/api/contract.ts';
import { NETWORK_START } from '../../core/address.ts';
import { agree, whole } from '../../harness/agreement.ts';
import { eventsOf, statusOf } from '../../harness/cluster.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../../harness/index.ts';
import { clusterOf } from '../../harness/join.ts';
import { putSlowPage, startVisitors, vip } from '../../harness/visitors.ts';

const settleMs = 120_000;
/** Whoever flaps does so within heartbeats; this is a hundred. */
const watchMs = 30_000;
const lookMs = 500;

/** As networks that pass on nothing sent to all: the beacons of others are not heard. */
const deafToBeacons = `table ip deaf {
  chain input {
    type filter hook input priority filter; policy accept;
    meta pkttype broadcast udp dport 7700 drop
  }
}
`;

/** What one node says of the others, looked at all the time; each state that is not alive at the address it had. */
async function watched(
  by: LabMachine,
  forMs: number,
  calm: (node: NodeStatus) => boolean,
): Promise<string[]> {
  const odd = new Set<string>();
  for (const endMs = performance.now() + forMs; performance.now() < endMs; ) {
    const { nodes } = await statusOf(by);
    for (const node of nodes.filter((one) => !calm(one)))
      odd.add(`${node.name} ${node.verdict} ${node.address}`);
    await pause(lookMs);
  }
  return [...odd];
}

describe('machines that move, and one that is copied', () => {
  let lab: Lab;
  let three: readonly LabMachine[];

  beforeAll(async () => {
    lab = await openLab({ machines: 4 });
    three = await clusterOf(lab, 3, { vip });
    for (const machine of three) await putSlowPage(machine);
    await eventually(
      'every file has three copies',
      async () => {
        const { risks } = await statusOf(lab.machine('b1'));
        const risk = risks.find(({ sentence }) => sentence.includes('common files'));
        if (risk !== undefined) throw new Error(risk.sentence);
        return true;
      },
      { deadlineMs: settleMs },
    );
  });

  afterAll(async () => lab.close());

  test.each([
    { name: 'b1', last: 61 },
    { name: 'b2', last: 62 },
    { name: 'b3', last: 63 },
  ])('$name gets another address under load, and all follow', async ({ name, last }) => {
    const to = `${NETWORK_START}.${String(last)}`;
    const there = (nodes: readonly NodeStatus[]): boolean =>
      whole(3)(nodes) && nodes.some((node) => node.name === name && node.address === to);
    const load = startVisitors();
    const movedMs = performance.now();
    await lab.machine(name).moveTo(to);
    await agree(three, there, settleMs);
    const followedS = (performance.now() - movedMs) / 1000;
    const seen = await load.stop();
    const longestMs = Math.max(0, ...seen.gaps.map(({ lengthMs }) => lengthMs));
    process.stdout.write(
      `${name}: all agree after ${followedS.toFixed(1)} s; ${String(seen.failed)} of ${String(seen.sent)} pages lost, ` +
        `none came for ${String(Math.round(longestMs))} ms at the longest; ${JSON.stringify(seen.kinds)}\n`,
    );
  });

  test('every machine comes back to what it knows when all start anew', async () => {
    await Promise.all(three.map((machine) => machine.kill()));
    for (const machine of three) await machine.start();
    const nodes = await agree(three, whole(3), settleMs);
    expect(nodes.map(({ address }) => address).sort()).toEqual(
      [61, 62, 63].map((last) => `${NETWORK_START}.${String(last)}`),
    );
    const cycles = ['journalctl', '--boot', '--quiet', '--grep', 'ordering cycle'];
    for (const machine of three) expect((await machine.exec(cycles, { reject: false })).stdout).toBe('');
  });

  test.each([
    { how: 'while they are off', lasts: [71, 72, 73], off: true },
    { how: 'while they run', lasts: [81, 82, 83], off: false },
  ])('all get new addresses at once $how, and find each other', async ({ how, lasts, off }) => {
    const places = lasts.map((last) => `${NETWORK_START}.${String(last)}`);
    const placed = three.map((machine, index) => ({ machine, to: places[index] ?? '' }));
    if (off) {
      for (const { machine, to } of placed) await machine.moveAtStart(to);
      await Promise.all(three.map((machine) => machine.kill()));
    }
    const sinceMs = performance.now();
    if (off) for (const machine of three) await machine.start();
    else await Promise.all(placed.map(({ machine, to }) => machine.moveTo(to)));
    const there = (nodes: readonly NodeStatus[]): boolean =>
      whole(3)(nodes) && nodes.every(({ address }) => places.includes(address));
    await agree(three, there, settleMs);
    process.stdout.write(
      `all moved ${how}: all agree after ${((performance.now() - sinceMs) / 1000).toFixed(1)} s\n`,
    );
  });

  test('where nobody hears a beacon, all that moved are together again once each pair of circles was told', async () => {
    const places = [91, 92, 93].map((last) => `${NETWORK_START}.${String(last)}`);
    for (const [index, machine] of three.entries()) {
      await machine.writeFile('/etc/nftables.conf', deafToBeacons);
      await machine.exec(['systemctl', 'enable', 'nftables']);
      await machine.moveAtStart(places[index] ?? '');
    }
    await Promise.all(three.map((machine) => machine.kill()));
    for (const machine of three) await machine.start();
    const b1 = lab.machine('b1');
    await pause(watchMs);
    const apart = (await statusOf(b1)).nodes.map(({ self, verdict }) => self || verdict === 'unreachable');
    expect(apart).toEqual([true, true, true]);
    for (const place of places.slice(1)) await b1.exec(['muster', 'rejoin', place]);
    const sinceMs = performance.now();
    await agree(
      three,
      (nodes) => whole(3)(nodes) && nodes.every(({ address }) => places.includes(address)),
      settleMs,
    );
    process.stdout.write(
      `told by hand: all agree after ${((performance.now() - sinceMs) / 1000).toFixed(1)} s\n`,
    );
    for (const machine of three) await machine.exec(['systemctl', 'disable', '--now', 'nftables']);
  });

  test('a copy of b3 keeps still beside it, both tell, and nobody flaps', async () => {
    const [b1, b3, copy] = [lab.machine('b1'), lab.machine('b3'), lab.machine('b4')];
    const { address } = (await statusOf(b3)).nodes.find(({ self }) => self) ?? { address: '' };
    await copy.kill();
    await copy.becomeCopyOf(b3);
    await copy.start();
    const odd = await watched(
      b1,
      watchMs,
      (node) => node.verdict === 'alive' && (node.name !== 'b3' || node.address === address),
    );
    expect(odd).toEqual([]);
    const says = await eventually(
      'the copy tells',
      async () => {
        const { verdict } = await statusOf(copy);
        return verdict.sentence.includes('identity') ? verdict : undefined;
      },
      { deadlineMs: settleMs },
    );
    expect(says.level).toBe('critical');
    const told = async (machine: LabMachine): Promise<boolean> =>
      (await eventsOf(machine)).some(({ sentence }) => sentence.includes("this node's identity"));
    expect([await told(b3), await told(copy)]).toEqual([true, true]);
    await copy.kill();
    await agree(three, whole(3), settleMs);
  });

  test('one packet in five is lost on every machine for two minutes: no roster changes', async () => {
    const load = startVisitors();
    for (const machine of three) await machine.loss(20);
    const views = await Promise.all(
      three.map((machine) =>
        watched(machine, 120_000, ({ verdict }) => verdict === 'alive' || verdict === 'suspect'),
      ),
    );
    for (const machine of three) await machine.loss(0);
    await load.stop();
    expect(views.flat()).toEqual([]);
  });
});
