import { setTimeout as pause } from 'node:timers/promises';
import { install, well } from '../lab/harness/cluster.ts';
import { openLab } from '../lab/harness/index.ts';
import { say, tableHead } from './figures.ts';
import { type Sample, sample, sayRest } from './sample.ts';

/** The start is over and the heap has settled. */
const settleMs = 60_000;

/** Memory and CPU of the agent and of etcd on a lone node that nobody asks anything. */
export async function benchRest(runs = 5): Promise<void> {
  await using lab = await openLab({ machines: 1 });
  const b1 = lab.machine('b1');
  await install(b1);
  await well(b1, 60_000);
  await pause(settleMs);
  say(tableHead);
  for (const [label, unit] of [
    ['agent', 'muster'],
    ['etcd', 'muster-etcd'],
  ] as const) {
    const samples: Sample[] = [];
    for (let run = 0; run < runs; run += 1) samples.push(await sample(b1, unit));
    sayRest(label, samples);
  }
}
