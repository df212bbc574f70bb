import { setTimeout as pause } from 'node:timers/promises';
import { eventsOf, install, told, well } from '../lab/harness/cluster.ts';
import { type LabMachine, openLab, startLoad } from '../lab/harness/index.ts';
import { figure, row, say, tableHead } from './figures.ts';

const requestsPerSecond = 200;
const deadlineMs = 30_000;

/** A service that was just started again is left alone for this long, so that each run meets a settled machine. */
const settleMs = 3_000;

interface Harm {
  readonly what: string;
  readonly line: string;
  /** The event that tells of it. */
  readonly sentence: RegExp;
}

const harms: readonly Harm[] = [
  { what: 'Apache killed', line: 'pkill -9 apache2', sentence: /^Apache had ended/ },
  { what: 'PHP-FPM killed', line: 'pkill -9 php-fpm', sentence: /^PHP-FPM had ended/ },
  { what: 'HAProxy killed', line: 'pkill -9 haproxy', sentence: /^HAProxy had ended/ },
  {
    what: 'haproxy.cfg edited',
    line: 'echo garbage >> /etc/haproxy/haproxy.cfg',
    sentence: /put back .*haproxy.cfg/,
  },
  {
    what: 'the vhost deleted',
    line: 'rm /etc/apache2/sites-enabled/muster-default.conf',
    sentence: /put back .*muster-default.conf/,
  },
];

/** What visitors lose, and how long it takes to be healed and told, under 200 requests a second, a fifth of them POST. */
export async function benchHealing(runs = 5): Promise<void> {
  await using lab = await openLab({ machines: 1 });
  const b1 = lab.machine('b1');
  await install(b1);
  await well(b1, 60_000);
  say(tableHead);
  for (const harm of harms) await measure(b1, harm, runs);
}

async function measure(machine: LabMachine, harm: Harm, runs: number): Promise<void> {
  const [failed, outages, toldAfter]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    const after = (await eventsOf(machine)).at(-1)?.sequence ?? 0;
    const load = startLoad({ url: `http://${machine.address}/`, requestsPerSecond, postShare: 0.2 });
    await pause(settleMs);
    const harmedAt = Date.now();
    await machine.exec(['sh', '-c', harm.line], { reject: false });
    const event = await told(machine, after, harm.sentence, deadlineMs);
    await pause(settleMs);
    const report = await load.stop();
    failed.push(report.failed);
    outages.push(Math.max(0, ...report.gaps.map((gap) => gap.lengthMs)));
    toldAfter.push((Date.parse(event.at) - harmedAt) / 1_000);
  }
  say(row(`${harm.what}: requests failed`, figure(failed), '', 0));
  say(row(`${harm.what}: longest time without a page`, figure(outages), 'ms', 0));
  say(row(`${harm.what}: healed and told after`, figure(toldAfter), 's'));
}
