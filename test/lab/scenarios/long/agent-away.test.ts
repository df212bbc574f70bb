import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, well } from '../../harness/cluster.ts';
import { type Lab, type LabMachine, openLab, startLoad } from '../../harness/index.ts';

const awayMs = 60_000;
const settleMs = 60_000;

describe('a minute without the agent', () => {
  let lab: Lab;
  let machines: readonly LabMachine[];

  beforeAll(async () => {
    // b1 runs systemd; on b2 the agent itself has started the services, and they have to outlive it.
    lab = await openLab({ machines: 2, shape: { b2: { init: 'none' } } });
    machines = lab.machines;
    for (const machine of machines) await install(machine);
  });

  afterAll(async () => lab.close());

  const ways = {
    systemd: { machine: 0, end: ['systemctl', 'stop', 'muster'], begin: ['systemctl', 'start', 'muster'] },
    'no systemd': {
      machine: 1,
      end: ['pkill', '-9', '-f', 'muster.mjs agent'],
      begin: ['muster', 'agent', '--detach'],
    },
  } as const;

  test.each(Object.entries(ways))('%s: no request fails', async (_name, { machine: index, end, begin }) => {
    const machine = machines[index];
    if (machine === undefined) throw new Error(`there is no machine ${index}`);
    await well(machine, settleMs);
    const load = startLoad({ url: `http://${machine.address}/`, requestsPerSecond: 200, postShare: 0.2 });
    await machine.exec(end);
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    await machine.exec(begin);
    await well(machine, settleMs);
    const seen = await load.stop();
    expect([seen.failed, seen.kinds]).toEqual([0, {}]);
    expect(seen.sent).toBeGreaterThan(12_000);
  });
});
