import { onTestFinished } from 'vitest';
import { FIRST_VIP } from '../core/address.ts';
import { type Load, startLoad } from './load.ts';
import type { LabMachine } from './machine.ts';

/** The address of the cluster in every story. */
export const vip = FIRST_VIP;

/** Three seconds of nothing: a page that is under way whenever something happens. */
const slowPage = '<?php sleep(3); echo "slow";\n';

/** Waits for the site's folder: a machine that joins has it before it serves, and is asked for the page at once then. */
const putPage =
  'until [ -d "$0" ]; do sleep 0.05; done; cat >"$0/slow.php.new" && mv "$0/slow.php.new" "$0/slow.php"';

/** Puts the slow page onto a web machine by hand, which may be one that is joining just now. */
export async function putSlowPage(machine: LabMachine): Promise<void> {
  await machine.exec(['sh', '-c', putPage, '/var/lib/muster/www/default'], { input: slowPage });
}

/**
 * Visitors as the stories have them: 200 requests a second through the VIP, half over kept connections, a fifth POST,
 * one in twenty to the slow page. Patient: what is late is told as latency, and only what is lost as a failure.
 */
export function startVisitors(): Load {
  const load = startLoad({
    url: `http://${vip}/`,
    requestsPerSecond: 200,
    keepAliveShare: 0.5,
    postShare: 0.2,
    slowShare: 0.05,
    slowPath: '/slow.php',
    timeoutMs: 20_000,
  });
  // A step that fails leaves no visitors to the next one.
  onTestFinished(() => load.abandon());
  return load;
}
