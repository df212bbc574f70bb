import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../figures.ts';
import { benchTrouble, troubles } from './calm.ts';
import { benchCost, sizes } from './cost.ts';
import { benchDeath, deaths } from './deaths.ts';
import { benchHalves } from './halves.ts';
import { bundlePrograms } from './muster.ts';
import { fetchSerf } from './serf.ts';
import type { Bench, Extent } from './stage.ts';

type Stage = (bench: Bench, extent: Extent) => Promise<void>;

const stages: Readonly<Record<string, Stage>> = {
  ...stagesOf(deaths, benchDeath),
  ...stagesOf(troubles, benchTrouble),
  ...stagesOf(sizes, benchCost),
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

/** One stage for each of these cases. */
function stagesOf<Case>(
  cases: Readonly<Record<string, Case>>,
  work: (bench: Bench, one: Case, extent: Extent) => Promise<void>,
): Readonly<Record<string, Stage>> {
  return Object.fromEntries(
    Object.entries(cases).map(([name, one]): [string, Stage] => [
      name,
      (bench, extent) => work(bench, one, extent),
    ]),
  );
}
