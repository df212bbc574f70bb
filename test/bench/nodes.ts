import { setTimeout as pause } from 'node:timers/promises';
import { FIRST_VIP as vip } from '../lab/core/address.ts';
import { agree, whole } from '../lab/harness/agreement.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { clusterOf, joinAll } from '../lab/harness/join.ts';
import { say, tableHead } from './figures.ts';
import { type Sample, sample, sayRest } from './sample.ts';

const few = 3;
const many = 10;

/** Two cores share ten machines that start. */
const settledMs = 300_000;

/** The start is over and the heap has settled. */
const settleMs = 60_000;

/** Ten of them fit into a host with 24 GiB, with room for its own. */
const memBytes = 2 ** 30;

/** At a time, so that two cores are not asked to install seven machines at once. */
const joinsAtOnce = 2;

/** Memory and CPU of every agent in clusters of 3 and of 10 nodes that nobody asks anything. */
export async function benchNodes(windows = 3): Promise<void> {
  await using lab = await openLab({ machines: many, each: { memBytes } });
  const three = await clusterOf(lab, few, { vip });
  const [first] = three;
  if (first === undefined) return;
  say(tableHead);
  await atRest(three, windows);
  const others = lab.machines.slice(few);
  for (let at = 0; at < others.length; at += joinsAtOnce) {
    await joinAll(first, others.slice(at, at + joinsAtOnce));
  }
  await agree(lab.machines, whole(many), settledMs);
  await atRest(lab.machines, windows);
}

/** All nodes in the same windows: a sample is one node in one of them. */
async function atRest(machines: readonly LabMachine[], windows: number): Promise<void> {
  await pause(settleMs);
  const samples: Sample[] = [];
  for (let window = 0; window < windows; window += 1) {
    samples.push(...(await Promise.all(machines.map((machine) => sample(machine, 'muster')))));
  }
  sayRest(`agent on ${machines.length} nodes`, samples);
}
