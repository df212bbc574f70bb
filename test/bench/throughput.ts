import { install, well } from '../lab/harness/cluster.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { say, tableHead } from './figures.ts';
import { putMinimal } from './minimal-pair.ts';
import { compare, fourKiB, pages, requireWrk } from './wrk.ts';

/** The pair beside ours: as few lines as work, on ports of its own. */
const minimalPort = 8090;

/**
 * Requests a second through our HAProxy and Apache, and through a hand-written minimal pair on the same machine with
 * the same PHP-FPM, in turn.
 */
export async function benchThroughput(runs = 10): Promise<void> {
  await requireWrk();
  await using lab = await openLab({ machines: 1 });
  const b1 = lab.machine('b1');
  await install(b1);
  await well(b1, 60_000);
  await startMinimal(b1);
  await b1.writeFile(fourKiB.path, fourKiB.text);
  const rivals = {
    ours: `http://${b1.address}`,
    theirs: `http://${b1.address}:${minimalPort}`,
    theirName: 'hand-written minimal pair',
  };
  say(tableHead);
  for (const [what, path] of Object.entries(pages)) await compare(rivals, what, path, runs);
}

async function startMinimal(machine: LabMachine): Promise<void> {
  await machine.exec(['/usr/sbin/apache2', '-f', await putMinimal(machine, 'apache2.conf')]);
  await machine.exec(['/usr/sbin/haproxy', '-D', '-f', await putMinimal(machine, 'haproxy.cfg')]);
}
