import { setTimeout as pause } from 'node:timers/promises';
import { say } from '../figures.ts';
import { monotonicMs } from './child.ts';
import type { Crew } from './crew.ts';
import { type Bench, type Extent, withBoth } from './stage.ts';
import { sidesHead, sidesRow } from './tables.ts';

const machines = 10;
const cutMinutesByItself = 5;
const msPerMinute = 60_000;
/** A cut takes minutes, and one is like the other. */
const runsByItself = 1;
/** serf tries one that it holds for dead every 30 s. */
const deadlineMs = 300_000;
/** How often a mark is looked for that has no moment of its own. */
const lookMs = 10;

/** Two halves that do not hear of each other, and when they do again: until all views are equal. Both programs at once. */
export async function benchHalves(bench: Bench, extent: Extent): Promise<void> {
  const { runs = runsByItself, cutMinutes = cutMinutesByItself } = extent;
  const seen = { muster: [] as number[], serf: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    await withBoth(bench, machines, async ([muster, serf]) => {
      if (muster === undefined || serf === undefined) return;
      const mendedMs = await cutAndMend(muster, cutMinutes * msPerMinute, `after-cut-${run}`);
      const ends = [untilMarked(muster, `after-cut-${run}`), untilSeen(serf)];
      const [ours = Number.NaN, theirs = Number.NaN] = await Promise.all(ends);
      seen.muster.push((ours - mendedMs) / 1_000);
      seen.serf.push((theirs - mendedMs) / 1_000);
    });
  }
  say(sidesHead(`halves of ${machines} cut for ${cutMinutes} min and mended: views equal after`));
  say(sidesRow('halves of a cluster', seen, '3 s'));
}

/** Everyone changes its facts while they are apart. The moment at which they are together again. */
async function cutAndMend(crew: Crew, cutMs: number, mark: string): Promise<number> {
  const { room } = crew;
  const half = room.machines.slice(machines / 2);
  for (const machine of half) await room.plug(machine, 'there');
  await pause(cutMs / 2);
  for (const machine of crew.machines) crew.on(machine).mark?.(mark);
  await pause(cutMs / 2);
  await Promise.all(half.map((machine) => room.plug(machine, 'here')));
  return monotonicMs();
}

/** All are seen by all, and what each changed is known to all. */
async function untilMarked(crew: Crew, mark: string): Promise<number> {
  const seenMs = await untilSeen(crew);
  while (!crew.haveMark(mark)) await pause(lookMs);
  return Math.max(seenMs, monotonicMs());
}

async function untilSeen(crew: Crew): Promise<number> {
  const names = crew.names(crew.machines);
  return (await crew.sights.until(names, names, 'there', deadlineMs)) ?? Number.NaN;
}
