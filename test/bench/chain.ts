import { SECOND_VIP } from '../lab/core/address.ts';
import { agree, carriers, whole } from '../lab/harness/agreement.ts';
import { install, well } from '../lab/harness/cluster.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { clusterOf } from '../lab/harness/join.ts';
import { vip } from '../lab/harness/visitors.ts';
import { say, tableHead } from './figures.ts';
import { chainPort, startChain } from './minimal-chain.ts';
import { startKeepalived } from './minimal-pair.ts';
import { compareWithLatency, type Rivals, requireWrk } from './wrk.ts';

const settleMs = 120_000;

/** Four comparisons in six minutes. */
const secondsPerRun = 6;

const folder = '/var/lib/muster/www/default';
const theirName = 'written by hand';

/** Pages of 4 KiB by PHP, alike but for what they say of caches. */
const pages = {
  'page that may be stored': { name: 'stored.php', header: 'public, max-age=3600' },
  'page that must not be stored': { name: 'passed.php', header: 'no-store' },
} as const;

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
  for (const machine of webs) {
    for (const { name, header } of Object.values(pages)) {
      await machine.writeFile(
        `${folder}/${name}`,
        `<?php header('Cache-Control: ${header}'); echo str_repeat('x', 4096);\n`,
      );
    }
  }
  say(tableHead);
  for (const [what, { name }] of Object.entries(pages)) {
    // Who asks first learns whether it may be stored; many at once would wait for each other, which is another matter.
    for (const place of [rivals.ours, rivals.theirs]) await (await fetch(`${place}/${name}`)).text();
    await compareWithLatency(rivals, what, `/${name}`, runs, { seconds: secondsPerRun });
  }
}
