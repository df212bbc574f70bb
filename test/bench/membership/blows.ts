import { setTimeout as pause } from 'node:timers/promises';
import { say } from '../figures.ts';
import { monotonicMs } from './child.ts';
import type { Crew } from './crew.ts';
import type { Machine } from './room.ts';

/** What befalls machines, and how it ends. */
interface Blow {
  readonly strike: (crew: Crew, victims: readonly Machine[]) => Promise<void>;
  readonly mend: (crew: Crew, victims: readonly Machine[]) => Promise<void>;
}

export type BlowName = 'killed' | 'frozen' | 'cut off';

const blows: Readonly<Record<BlowName, Blow>> = {
  killed: {
    strike: (crew, victims) => crew.killOn(victims),
    mend: async (crew, victims) => crew.startOn(victims),
  },
  frozen: {
    strike: async (crew, victims) => crew.signalOn(victims, 'SIGSTOP'),
    mend: async (crew, victims) => crew.signalOn(victims, 'SIGCONT'),
  },
  'cut off': {
    strike: (crew, victims) => plug(crew, victims, 'none'),
    mend: (crew, victims) => plug(crew, victims, 'here'),
  },
};

/** Between two runs: connections are there again, and reports of the run before have ended. */
const restMs = 1_000;
/** A heartbeat and a probe of serf's fall into it: no run begins at the same place of either. */
const unevenMs = 1_000;
/** Who does not know by then is not waited for. */
const deadlineMs = 120_000;

/** One blow: seconds until every survivor knows of every victim. All is as before when it resolves. */
export async function blow(crew: Crew, name: BlowName, victims: readonly Machine[]): Promise<number> {
  await pause(restMs + unevenMs * Math.random());
  await crew.settled();
  const survivors = crew.machines.filter((machine) => !victims.includes(machine));
  const { strike, mend } = blows[name];
  const struckMs = monotonicMs();
  const known = crew.sights.until(crew.names(survivors), crew.names(victims), 'gone', deadlineMs);
  await strike(crew, victims);
  const knownMs = await known;
  if (knownMs === undefined)
    say(`note: ${crew.program.name}: not known to all after ${deadlineMs / 1_000} s`);
  await mend(crew, victims);
  await crew.settled();
  return ((knownMs ?? struckMs + deadlineMs) - struckMs) / 1_000;
}

async function plug(crew: Crew, victims: readonly Machine[], into: 'here' | 'none'): Promise<void> {
  await Promise.all(victims.map((victim) => crew.room.plug(victim, into)));
}
