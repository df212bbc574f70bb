import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { HOME, RUN, STATE_FILE } from './paths.ts';
import { LabProblem } from './problem.ts';
import { INITS } from './shape.ts';

const machineSchema = z.object({
  name: z.string(),
  address: z.string(),
  memBytes: z.number(),
  cpus: z.number(),
  diskBytes: z.number(),
  init: z.enum(INITS),
});
const stateSchema = z.object({
  holder: z.object({ pid: z.number(), command: z.string(), since: z.string() }),
  /** What net.ipv4.ip_forward was before; undefined while the lab has not touched it. */
  forwardBefore: z.string().optional(),
  machines: z.array(machineSchema),
  /** Packets from the first never reach the second. */
  cuts: z.array(z.tuple([z.string(), z.string()])),
  lossPercent: z.record(z.string(), z.number()),
});

/** One machine as it was ordered. */
export type Machine = z.infer<typeof machineSchema>;
/** One lab as it stands on disk: all that a later command needs to know. */
export type LabState = z.infer<typeof stateSchema>;

/** The lab that is there, or undefined; an unreadable state counts as what a crash left. */
export const readState = async (): Promise<LabState | undefined> => {
  const text = await readFile(STATE_FILE, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** What ip_forward was before any lab that is up on this host; undefined where this one is the first. */
export const forwardBeforeOf = async (): Promise<string | undefined> => {
  const runs = (await readdir(HOME)).filter((name) => /^run(-\d)?$/.test(name) && name !== basename(RUN));
  for (const name of runs) {
    const text = await readFile(join(HOME, name, basename(STATE_FILE)), 'utf8').catch(() => '{}');
    const { forwardBefore } = stateSchema.pick({ forwardBefore: true }).parse(JSON.parse(text));
    if (forwardBefore !== undefined) return forwardBefore;
  }
  return undefined;
};

/** The lab that has to be there. */
export const needState = async (): Promise<LabState> => {
  const state = await readState();
  if (!state) throw new LabProblem('There is no lab.', 'npm run lab -- up 1');
  return state;
};

/** Writes the state whole or not at all. */
export const saveState = async (state: LabState): Promise<void> => {
  await mkdir(RUN, { recursive: true });
  await writeFile(`${STATE_FILE}.new`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${STATE_FILE}.new`, STATE_FILE);
};

/** The machine of that name, which has to be there. */
export const machineIn = (state: LabState, name: string): Machine => {
  const found = state.machines.find((machine) => machine.name === name);
  if (!found) {
    const names = state.machines.map((machine) => machine.name).join(', ');
    throw new LabProblem(
      `There is no machine "${name}" in this lab; there are ${names}.`,
      'npm run lab -- ls',
    );
  }
  return found;
};
