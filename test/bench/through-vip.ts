import { SECOND_VIP, FIRST_VIP as vip } from '../lab/core/address.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { clusterOf } from '../lab/harness/join.ts';
import { partsOf } from '../lab/harness/operator.ts';
import { say, tableHead } from './figures.ts';
import { putMinimal, startKeepalived } from './minimal-pair.ts';
import { compare, fourKiB, pages, requireWrk } from './wrk.ts';

const settleMs = 60_000;

/** The hand-written set: an address and a port of its own on the same machines. */
const minimalVip = SECOND_VIP;
const minimalPort = 8090;

/**
 * Requests a second through the VIP, our HAProxy and three web machines, and through keepalived, HAProxy and Apache
 * written by hand on the same machines with the same PHP-FPM, in turn.
 */
export async function benchThroughVip(runs = 10): Promise<void> {
  await requireWrk();
  await using lab = await openLab({ machines: 3 });
  const three = await clusterOf(lab, 3, { vip });
  const { balancers } = await partsOf(three, settleMs);
  await startMinimal(three, balancers);
  for (const machine of three) await machine.writeFile(fourKiB.path, fourKiB.text);
  const rivals = {
    ours: `http://${vip}`,
    theirs: `http://${minimalVip}:${minimalPort}`,
    theirName: 'written by hand',
  };
  say(tableHead);
  for (const [what, path] of Object.entries(pages)) await compare(rivals, what, path, runs);
}

async function startMinimal(webs: readonly LabMachine[], balancers: readonly LabMachine[]): Promise<void> {
  for (const machine of webs) {
    // Reached from the balancers, not from its own machine alone.
    const config = await putMinimal(machine, 'apache2.conf', { 'Listen 127.0.0.1:': 'Listen ' });
    await machine.exec(['/usr/sbin/apache2', '-f', config]);
  }
  for (const machine of balancers) {
    const config = await putMinimal(machine, 'haproxy-three.cfg');
    await machine.exec(['/usr/sbin/haproxy', '-D', '-f', config]);
  }
  await startKeepalived(balancers, minimalVip);
}
