import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MusterError } from '../../roles/model/errors.ts';
import type { Clock } from '../../roles/model/ports.ts';
import { identify, isAlive, ProcessIdentity } from './processes.ts';
import { ifThere, systemCode } from './refusal.ts';

const agentPath = '/run/muster/agent.pid';
const packagesPath = '/run/muster/packages.lock';

/** Two that start at the same moment take a turn or two to see each other. */
const attempts = 5;

/** An installation over a slow line takes minutes; beyond this whoever is asked to wait wants to know why. */
const packagesWaitMs = 10 * 60_000;
const packagesPollMs = 500;

export interface Lock {
  release(): Promise<void>;
}

/**
 * One agent per machine. The file names its process so exactly that a number used again is no agent. Throws
 * `agent-running`.
 */
export async function lockAgent(path = agentPath): Promise<Lock> {
  const taken = await take(path);
  if ('release' in taken) return taken;
  throw new MusterError('agent-running', {
    what: 'the agent runs on this machine already',
    why: told(taken),
    next: 'muster status',
  });
}

/**
 * One process of ours at the packages: the agent, init and uninstall wait for one another. Throws `packages-failed`
 * after ten minutes.
 */
export async function lockPackages(clock: Clock, path = packagesPath): Promise<Lock> {
  const until = clock.monotonicMs() + packagesWaitMs;
  for (;;) {
    const taken = await take(path);
    if ('release' in taken) return taken;
    if (clock.monotonicMs() >= until) throw packagesBusy(taken);
    await clock.sleep(packagesPollMs);
  }
}

/** Who has the lock instead of us; without a number where others are trying at this moment. */
interface Holder {
  readonly pid: number | undefined;
}

/** The lock, or who has it. What a dead process left counts as free. */
async function take(path: string): Promise<Lock | Holder> {
  const self = JSON.stringify(identify(process.pid));
  const mine = `${path}.${String(process.pid)}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFile(mine, self, { mode: 0o644 });
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await linked(mine, path)) return { release: () => release(path, self) };
      const holder = await clearDead(path, `${mine}.dead`);
      if (holder !== undefined) return { pid: holder.pid };
    }
  } finally {
    await rm(mine, { force: true });
  }
  return { pid: undefined };
}

/** Unlike a rename, a link fails where something is. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes a dead holder's file away; a living holder is returned. Taken aside before it is judged: of two that find the
 * same dead holder, only one gets it into its hands.
 */
async function clearDead(path: string, aside: string): Promise<ProcessIdentity | undefined> {
  const holder = holderIn(await ifThere(() => readFile(path, 'utf8')));
  if (holder !== undefined && isAlive(holder)) return holder;
  await ifThere(() => rename(path, aside));
  const taken = holderIn(await ifThere(() => readFile(aside, 'utf8')));
  if (taken !== undefined && isAlive(taken)) await linked(aside, path);
  await rm(aside, { force: true });
  return undefined;
}

/** Undefined for what is not there or half written. */
function holderIn(text: string | undefined): ProcessIdentity | undefined {
  if (text === undefined || !text.endsWith('}')) return undefined;
  return ProcessIdentity.safeParse(JSON.parse(text)).data;
}

async function release(path: string, self: string): Promise<void> {
  if ((await ifThere(() => readFile(path, 'utf8'))) === self) await rm(path, { force: true });
}

function told({ pid }: Holder): string {
  return pid === undefined ? 'others are starting at this moment' : `its process is ${String(pid)}`;
}

function packagesBusy(holder: Holder): MusterError {
  return new MusterError('packages-failed', {
    what: 'another muster is at work on the packages of this machine, and did not end within 10 minutes',
    why: told(holder),
    next: holder.pid === undefined ? 'muster doctor' : `ps -fp ${String(holder.pid)}`,
  });
}
