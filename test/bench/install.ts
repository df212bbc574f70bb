import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { roles } from '../../roles/registry.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { figure, row, say, tableHead } from './figures.ts';

const checkout = join(import.meta.dirname, '../..');

/** How often is asked for the first page: well below what is told. */
const pollMs = 20;

/**
 * A bare machine to its first page, payload given, beside a bare apt-get of the same packages on a twin: both in every
 * run, each on a machine that never saw them, from the same cache of packages.
 */
export async function benchInstall(runs = 5): Promise<void> {
  const [ours, apts, differences]: [number[], number[], number[]] = [[], [], []];
  // The first run fills the package cache and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    await using lab = await openLab({ machines: 2, bare: true });
    const muster = await toFirstPage(lab.machine('b1'));
    const apt = await aptAlone(lab.machine('b2'));
    say(
      `install run ${run}: muster ${muster.toFixed(1)} s, apt-get alone ${apt.toFixed(1)} s${run === 0 ? ' (warm-up)' : ''}`,
    );
    if (run === 0) continue;
    ours.push(muster);
    apts.push(apt);
    differences.push(muster - apt);
  }
  say(tableHead);
  say(row('bare machine to first page, `./install.sh`', figure(ours), 's'));
  say(row('bare `apt-get install` of the same packages', figure(apts), 's'));
  say(row('the difference', figure(differences), 's'));
}

async function toFirstPage(machine: LabMachine): Promise<number> {
  await machine.put(join(checkout, 'dist/payload'), '/root/muster/dist/payload');
  await machine.put(join(checkout, 'install.sh'), '/root/muster/install.sh');
  const startedMs = performance.now();
  const install = machine.exec(['/root/muster/install.sh']);
  const [served] = await Promise.all([firstPage(machine), install]);
  return (served - startedMs) / 1_000;
}

async function firstPage(machine: LabMachine): Promise<number> {
  for (;;) {
    const answer = await fetch(`http://${machine.address}/`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => undefined,
    );
    if (answer?.status === 200 && (await answer.text()).includes('This page came from'))
      return performance.now();
    await pause(pollMs);
  }
}

async function aptAlone(machine: LabMachine): Promise<number> {
  const packages = [...new Set(roles.flatMap((role) => role.packages))];
  const startedMs = performance.now();
  await machine.exec(['apt-get', 'update', '-q']);
  await machine.exec([
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    'install',
    '-y',
    '--no-install-recommends',
    ...packages,
  ]);
  return (performance.now() - startedMs) / 1_000;
}
