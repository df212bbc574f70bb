import { install } from '../lab/harness/cluster.ts';
import { rostersAre } from '../lab/harness/haproxy.ts';
import { openLab } from '../lab/harness/index.ts';
import { join, tokenOn } from '../lab/harness/join.ts';
import { stepTimes } from '../lab/harness/step-times.ts';
import { figure, row, say, tableHead } from './figures.ts';

/** After the joiner's last word, its first page is asked of it by the balancer. */
const servingMs = 60_000;

/** From the pasted line on a bare machine to its place in the first node's roster; packages apart. */
export async function benchJoin(runs = 5): Promise<void> {
  const [wholes, packages, rests]: [number[], number[], number[]] = [[], [], []];
  // The first run fills the package cache and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    const { whole, ofPackages } = await measure();
    say(
      `join run ${run}: ${whole.toFixed(1)} s, ${ofPackages.toFixed(1)} s of it packages${run === 0 ? ' (warm-up)' : ''}`,
    );
    if (run === 0) continue;
    wholes.push(whole);
    packages.push(ofPackages);
    rests.push(whole - ofPackages);
  }
  say(tableHead);
  say(row('pasted line on a bare machine to its first page, packages apart', figure(rests), 's'));
  say(row('its packages', figure(packages), 's'));
  say(row('both', figure(wholes), 's'));
}

async function measure(): Promise<{ readonly whole: number; readonly ofPackages: number }> {
  await using lab = await openLab({ machines: 2, bare: true });
  const [b1, b2] = [lab.machine('b1'), lab.machine('b2')];
  await install(b1);
  const token = await tokenOn(b1);
  const startedMs = performance.now();
  const said = await join(b2, token);
  await rostersAre([b1], [b1, b2], servingMs);
  const whole = (performance.now() - startedMs) / 1_000;
  const ofPackages = stepTimes(said).find(({ title }) => title === 'packages')?.seconds;
  if (ofPackages === undefined) throw new Error(`the join told of no packages:\n${said}`);
  return { whole, ofPackages };
}
