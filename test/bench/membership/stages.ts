import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../figures.ts';
import { benchCalm } from './calm.ts';
import { benchCost } from './cost.ts';
import { benchDeaths, deaths } from './deaths.ts';
import { benchHalves } from './halves.ts';
import { bundlePrograms } from './muster.ts';
import { fetchSerf } from './serf.ts';
import type { Bench, Extent } from './stage.ts';

const stages: Readonly<Record<string, (bench: Bench, extent: Extent) => Promise<void>>> = {
  killed: (bench, extent) => benchDeaths(bench, deaths.killed, extent),
  silent: (bench, extent) => benchDeaths(bench, deaths.silent, extent),
  together: (bench, extent) => benchDeaths(bench, deaths.together, extent),
  calm: benchCalm,
  cost: benchCost,
  halves: benchHalves,
};

export const stageNames: readonly string[] = Object.keys(stages);

/** Who is there, and how soon and how calmly it is known: muster's membership beside serf, stage by stage. */
export async function benchMembership(wanted: readonly string[], extent: Extent): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  try {
    await bundlePrograms(folder);
    const bench = { folder, serf: await fetchSerf(folder) };
    for (const name of wanted.length > 0 ? wanted : stageNames) {
      say(`\n### ${name}`);
      await stages[name]?.(bench, extent);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
