import { Crew } from './crew.ts';
import { musterOn } from './muster.ts';
import { Room } from './room.ts';
import { serfOn } from './serf.ts';

/** What the stages share. */
export interface Bench {
  /** Of the bundle and of all that is written. */
  readonly folder: string;
  readonly serf: string;
}

/** How much of everything; absent: as much as the stage has by itself. */
export interface Extent {
  readonly runs?: number | undefined;
  readonly minutes?: number | undefined;
  readonly cutMinutes?: number | undefined;
}

/** serf needs up to a minute for a run, and each of them is like the others. */
export const serfRuns = 5;

export const programNames = ['muster', 'serf'] as const;
export type ProgramName = (typeof programNames)[number];

/** A room with one program on all its machines, settled; closed when the work is done. */
export async function withCrew<Result>(
  bench: Bench,
  program: ProgramName,
  count: number,
  work: (crew: Crew) => Promise<Result>,
): Promise<Result> {
  await using room = await Room.open(count);
  await using crew = await crewIn(bench, program, room);
  await crew.start();
  return await work(crew);
}

/** Both programs at once on the same machines, so that both meet the same. */
export async function withBoth<Result>(
  bench: Bench,
  count: number,
  work: (crews: readonly Crew[]) => Promise<Result>,
): Promise<Result> {
  await using room = await Room.open(count);
  await using muster = await crewIn(bench, 'muster', room);
  await using serf = await crewIn(bench, 'serf', room);
  await Promise.all([muster.start(), serf.start()]);
  return await work([muster, serf]);
}

async function crewIn({ folder, serf }: Bench, name: ProgramName, room: Room): Promise<Crew> {
  const { machines } = room;
  const program = name === 'muster' ? await musterOn(folder, machines) : serfOn(serf, machines);
  return new Crew(room, program);
}
