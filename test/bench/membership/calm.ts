import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from '../figures.ts';
import type { Crew } from './crew.ts';
import { type Bench, type Extent, withBoth } from './stage.ts';

/** Two cores have them all. */
const machines = 10;
const minutesByItself = 10;
const msPerMinute = 60_000;

const busyPerCore = 4;
const lostPercent = 20;
const stallMs = 2_000;

/** A trouble that lasts, and in which nobody is gone. */
interface Trouble {
  readonly name: string;
  /** Goes on until the moment comes. */
  readonly last: (crews: readonly Crew[], untilMs: number) => Promise<void>;
}

/** By the name of their stage. */
export const troubles = {
  busy: { name: `${busyPerCore} busy processes on each core`, last: (_, untilMs) => busy(untilMs) },
  lossy: { name: `${lostPercent} % of all packets lost`, last: lossy },
  stalled: { name: `event loops stalled for ${stallMs / 1_000} s in turn`, last: stalled },
} satisfies Readonly<Record<string, Trouble>>;

/** How often somebody is falsely said to be gone, by both programs on the same machines. */
export async function benchTrouble(
  bench: Bench,
  { name, last }: Trouble,
  { minutes = minutesByItself }: Extent,
): Promise<void> {
  const counts = await withBoth(bench, machines, async (crews) => {
    const before = crews.map(({ sights }) => sights.gone);
    await last(crews, performance.now() + minutes * msPerMinute);
    return crews.map(({ sights }, index) => sights.gone - (before[index] ?? 0));
  });
  const cells = counts.map(
    (count) => `${count} (${(count / machines / minutes).toFixed(3)} a node and minute)`,
  );
  say(
    '| trouble | muster, `unreachable` | serf, `failed` | machines | minutes |\n| --- | --- | --- | --- | --- |',
  );
  say(`| ${name} | ${cells.join(' | ')} | ${machines} | ${minutes} |`);
}

async function busy(untilMs: number): Promise<void> {
  const count = busyPerCore * availableParallelism();
  const forMs = Math.ceil(untilMs - performance.now());
  // They end by themselves, whatever becomes of the bench.
  const loop = 'const end = Date.now() + Number(process.argv[1]); while (Date.now() < end);';
  for (let at = 0; at < count; at += 1)
    spawn(process.execPath, ['-e', loop, String(forMs)], { stdio: 'ignore' });
  await pause(forMs);
}

async function lossy(crews: readonly Crew[], untilMs: number): Promise<void> {
  const room = crews[0]?.room;
  if (room === undefined) return;
  for (const machine of room.machines) await room.lose(machine, lostPercent);
  await pause(untilMs - performance.now());
  for (const machine of room.machines) await room.loseNothing(machine);
}

/** One machine after another, without a rest between them; both its programs at once. */
async function stalled(crews: readonly Crew[], untilMs: number): Promise<void> {
  for (let turn = 0; performance.now() < untilMs; turn += 1) {
    await Promise.all(
      crews.map(async (crew) => {
        const machine = crew.machines[turn % crew.machines.length];
        if (machine !== undefined) await crew.on(machine).stall(stallMs);
      }),
    );
  }
}
