import { type Load, startLoad } from './load.ts';
import type { LabMachine } from './machine.ts';

/** The address of the cluster in every story. */
export const vip = '10.77.0.100';

/** Three seconds of nothing: a page that is under way whenever something happens. */
const slowPage = '<?php sleep(3); echo "slow";\n';

/** Puts the slow page onto web machines, by hand: the site comes with a later issue. */
export async function putSlowPage(machines: readonly LabMachine[]): Promise<void> {
  for (const machine of machines) {
    await machine.writeFile('/var/lib/muster/www/default/slow.php', slowPage);
  }
}

/**
 * Visitors as the stories have them: 200 requests a second through the VIP, half over kept connections, a fifth POST,
 * one in twenty to the slow page. Patient: what is late is told as latency, and only what is lost as a failure.
 */
export function startVisitors(): Load {
  return startLoad({
    url: `http://${vip}/`,
    requestsPerSecond: 200,
    keepAliveShare: 0.5,
    postShare: 0.2,
    slowShare: 0.05,
    slowPath: '/slow.php',
    timeoutMs: 20_000,
  });
}
