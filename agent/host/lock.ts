import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MusterError } from '../../roles/model/errors.ts';
import { identify, isAlive, ProcessIdentity } from './processes.ts';
import { ifThere, systemCode } from './refusal.ts';

const defaultPath = '/run/muster/agent.pid';

/** Two agents that start at the same moment take a turn or two to see each other. */
const attempts = 5;

export interface Lock {
  release(): Promise<void>;
}

/**
 * One agent per machine. The file names its process so exactly that a number used again is no agent. Throws
 * `agent-running`.
 */
export async function lockAgent(path = defaultPath): Promise<Lock> {
  const self = JSON.stringify(identify(process.pid));
  const mine = `${path}.${String(process.pid)}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFile(mine, self, { mode: 0o644 });
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await linked(mine, path)) return { release: () => release(path, self) };
      await clearDead(path, `${mine}.dead`);
    }
  } finally {
    await rm(mine, { force: true });
  }
  throw agentRuns('other agents are starting at this moment');
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

/** Taken aside before it is judged: of two that find the same dead holder, only one gets it into its hands. */
async function clearDead(path: string, aside: string): Promise<void> {
  const holder = holderIn(await ifThere(() => readFile(path, 'utf8')));
  if (holder !== undefined && isAlive(holder)) throw agentRuns(`its process is ${String(holder.pid)}`);
  await ifThere(() => rename(path, aside));
  const taken = holderIn(await ifThere(() => readFile(aside, 'utf8')));
  if (taken !== undefined && isAlive(taken)) await linked(aside, path);
  await rm(aside, { force: true });
}

/** Undefined for what is not there or half written. */
function holderIn(text: string | undefined): ProcessIdentity | undefined {
  if (text === undefined || !text.endsWith('}')) return undefined;
  return ProcessIdentity.safeParse(JSON.parse(text)).data;
}

async function release(path: string, self: string): Promise<void> {
  if ((await ifThere(() => readFile(path, 'utf8'))) === self) await rm(path, { force: true });
}

function agentRuns(why: string): MusterError {
  return new MusterError('agent-running', {
    what: 'the agent runs on this machine already',
    why,
    next: 'muster status',
  });
}
