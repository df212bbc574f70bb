import { say } from '../figures.ts';
import { type BlowName, blow } from './blows.ts';
import type { Crew } from './crew.ts';
import { type Bench, type Extent, type ProgramName, programNames, serfRuns, withCrew } from './stage.ts';
import { sidesHead, sidesRow } from './tables.ts';

/** So many machines of so many, and what befalls them at once. */
interface Death {
  readonly victims: number;
  readonly of: number;
  readonly how: BlowName;
  /** Of muster; enough for a p99 where the goal is one. */
  readonly runs: number;
  readonly goal: string;
}

const single = { victims: 1, how: 'killed', runs: 100, goal: '1.5 s, p99' } as const;
const silent = { victims: 1, of: 5, runs: 20, goal: '2 s' } as const;
const together = { how: 'killed', runs: 20, goal: '3 s' } as const;

/** By the name of their stage. */
export const deaths = {
  'killed-3': { ...single, of: 3 },
  'killed-5': { ...single, of: 5 },
  'killed-10': { ...single, of: 10 },
  frozen: { ...silent, how: 'frozen' },
  'cut-off': { ...silent, how: 'cut off' },
  '2-of-4': { ...together, victims: 2, of: 4 },
  '3-of-5': { ...together, victims: 3, of: 5 },
  '3-of-4': { ...together, victims: 3, of: 4 },
  '2-of-3': { ...together, victims: 2, of: 3 },
} satisfies Readonly<Record<string, Death>>;

/** How long until every survivor knows, run after run, by one program and then by the other. */
export async function benchDeath(bench: Bench, death: Death, { runs }: Extent): Promise<void> {
  const seen: Record<ProgramName, readonly number[]> = { muster: [], serf: [] };
  for (const name of programNames) {
    const times = name === 'muster' ? (runs ?? death.runs) : Math.min(runs ?? serfRuns, serfRuns);
    seen[name] = await withCrew(bench, name, death.of, (crew) => repeated(crew, death, times));
  }
  say(sidesHead('known to every survivor after'));
  say(sidesRow(`${death.victims} of ${death.of} ${death.how}`, seen, death.goal));
}

/** Each machine has its turn, since each has another place among the others. */
async function repeated(crew: Crew, { victims, how }: Death, times: number): Promise<readonly number[]> {
  const { machines } = crew;
  const seconds: number[] = [];
  for (let run = 0; run < times; run += 1) {
    const hit = Array.from({ length: victims }, (_, index) => machines[(run + index) % machines.length]);
    seconds.push(
      await blow(
        crew,
        how,
        hit.filter((machine) => machine !== undefined),
      ),
    );
  }
  return seconds;
}
