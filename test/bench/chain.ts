import { SECOND_VIP, FIRST_VIP as vip } from '../lab/core/address.ts';
import { agree, carriers, whole } from '../lab/harness/agreement.ts';
import { install, well } from '../lab/harness/cluster.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { clusterOf } from '../lab/harness/join.ts';
import { cachedPages, putCachedPages } from './cached-pages.ts';
import { say, tableHead } from './figures.ts';
import { chainPort, startChain } from './minimal-chain.ts';
import { startKeepalived } from './minimal-pair.ts';
import { compareWithLatency, type Rivals, requireWrk } from './wrk.ts';

const settleMs = 120_000;

/** Four comparisons in six minutes. */
const secondsPerRun = 6;

const theirName = 'written by hand';

/** Through HAProxy, nginx, Apache and PHP-FPM of one machine, beside a chain written by hand on the same machine. */
export async function benchChain(runs = 10): Promise<void> {
  await requireWrk();
  await using lab = await openLab({ machines: 1 });
  const b1 = lab.machine('b1');
  await install(b1);
  await well(b1, settleMs);
  await startChain({ balancers: [b1], caches: [b1], webs: [b1] });
  const rivals = { ours: `http://${b1.address}`, theirs: `http://${b1.address}:${chainPort}`, theirName };
  await comparePages([b1], rivals, runs);
}

/** The same through the VIP of three machines; by hand with the same parts on the same machines, and keepalived. */
export async function benchChainOfThree(runs = 10): Promise<void> {
  await requireWrk();
  await using lab = await openLab({ machines: 3 });
  const three = await clusterOf(lab, 3, { vip });
  const nodes = await agree(three, whole(3), settleMs);
  const carrying = (role: 'balancer' | 'cache'): LabMachine[] => {
    const names = carriers(nodes, role);
    return three.filter(({ name }) => names.includes(name));
  };
  const balancers = carrying('balancer');
  await startChain({ balancers, caches: carrying('cache'), webs: three });
  await startKeepalived(balancers, SECOND_VIP);
  await comparePages(
    three,
    { ours: `http://${vip}`, theirs: `http://${SECOND_VIP}:${chainPort}`, theirName },
    runs,
  );
}

async function comparePages(webs: readonly LabMachine[], rivals: Rivals, runs: number): Promise<void> {
  for (const machine of webs) await putCachedPages(machine);
  say(tableHead);
  for (const [what, { path }] of Object.entries(cachedPages)) {
    // Who asks first learns whether it may be stored; many at once would wait for each other, which is another matter.
    for (const place of [rivals.ours, rivals.theirs]) await (await fetch(`${place}${path}`)).text();
    await compareWithLatency(rivals, what, path, runs, { seconds: secondsPerRun });
  }
}
