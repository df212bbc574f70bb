import { setTimeout as pause } from 'node:timers/promises';
import { SECOND_VIP, FIRST_VIP as vip } from '../lab/core/address.ts';
import { agree, whole } from '../lab/harness/agreement.ts';
import { rostersAre } from '../lab/harness/haproxy.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { clusterOf } from '../lab/harness/join.ts';
import { holderAmong, partsOf } from '../lab/harness/operator.ts';
import { openProbe } from '../lab/harness/probe.ts';
import { figure, row, say, tableHead } from './figures.ts';
import { putMinimal, startKeepalived, startKeepalivedOn } from './minimal-pair.ts';

const settleMs = 120_000;

/** keepalived's second word that it is master is over, and a machine that came back is warm. */
const restMs = 6_000;

/** After a kill: longer than any figure here, so that a second silence is seen. */
const watchMs = 3_000;

/** The address of the two machines without muster. */
const minimalVip = SECOND_VIP;

/** How fast a dead machine leaves the rosters, and how long the page is away when the VIP's holder dies. */
export async function benchFailover(kills = 30): Promise<void> {
  await using lab = await openLab({ machines: 5 });
  const three = await clusterOf(lab, 3, { vip });
  const pair = lab.machines.slice(3);
  await startPair(pair);
  const [outs, silences, alone]: [number[], number[], number[]] = [[], [], []];
  // In turn, so that all three meet the same host, and each rests while the others are looked at.
  for (let kill = 0; kill < kills; kill += 1) {
    outs.push(await webOut(three));
    silences.push(await holderAway(three));
    alone.push(await minimalAway(pair));
  }
  say(tableHead);
  say(row('web machine killed: out of every roster after', figure(outs), 's', 2));
  say(row('holder of the VIP killed: time without a page', figure(silences), 'ms', 0));
  say(row('keepalived alone, same timers: time without a page', figure(alone), 'ms', 0));
}

async function webOut(three: readonly LabMachine[]): Promise<number> {
  const { balancers, others } = await partsOf(three, settleMs);
  const [web] = others;
  if (web === undefined) throw new Error('every machine is a balancer');
  const killedMs = performance.now();
  await web.kill();
  await rostersAre(balancers, balancers, settleMs);
  const took = performance.now() - killedMs;
  await web.start();
  await rostersAre(balancers, three, settleMs);
  return took / 1_000;
}

async function holderAway(three: readonly LabMachine[]): Promise<number> {
  await agree(three, whole(3), settleMs);
  await pause(restMs);
  const holder = await holderAmong(three, settleMs);
  const silenceMs = await silenceOf(`http://${vip}/`, holder);
  await holder.start();
  return silenceMs;
}

async function minimalAway(pair: readonly LabMachine[]): Promise<number> {
  const holder = await holderAmong(pair, settleMs, minimalVip);
  const silenceMs = await silenceOf(`http://${minimalVip}/`, holder);
  await holder.start();
  await startPage(holder);
  await startKeepalivedOn(holder, pair, minimalVip);
  return silenceMs;
}

async function silenceOf(url: string, holder: LabMachine): Promise<number> {
  const probe = openProbe(url);
  await pause(watchMs / 2);
  await holder.kill();
  await pause(watchMs);
  return probe.stop();
}

async function startPair(pair: readonly LabMachine[]): Promise<void> {
  for (const machine of pair) await startPage(machine);
  await startKeepalived(pair, minimalVip);
}

async function startPage(machine: LabMachine): Promise<void> {
  await machine.exec(['/usr/sbin/haproxy', '-D', '-f', await putMinimal(machine, 'page.cfg')]);
}
