import type { Said } from '../core/run.ts';
import { bring, place } from './cluster.ts';
import { lineFor, tokenOn } from './join.ts';
import type { LabMachine } from './machine.ts';

/** What takes an installer twenty seconds elsewhere takes emulated machines ten minutes, beside another one. */
const runDeadlineMs = 900_000;

/** Each run waits two or three minutes for the services, and finds what the one before it has begun. */
const mostRuns = 5;

/**
 * The installer loses its patience with an emulated machine. Whoever is told "run the same command again" does that: with
 * the program's folder there already, nothing is undone meanwhile.
 */
async function patiently(machine: LabMachine, argv: readonly string[]): Promise<string> {
  await machine.exec(['mkdir', '-p', '/opt/muster']);
  let said: Said | undefined;
  for (let runs = 0; runs < mostRuns && said?.exitCode !== 0; runs += 1) {
    said = await machine.exec(argv, { reject: false, timeoutMs: runDeadlineMs });
  }
  if (said?.exitCode === 0) return said.stdout;
  throw new Error(`${machine.name} is not installed after ${mostRuns} runs:\n${said?.stdout}${said?.stderr}`);
}

/** Installs an emulated machine as a cluster of one. */
export async function installPatiently(machine: LabMachine): Promise<string> {
  await bring(machine);
  return patiently(machine, [`${place}/install.sh`]);
}

/** Joins an emulated machine to a node's cluster, by the line that an operator pastes. */
export async function joinPatiently(machine: LabMachine, node: LabMachine): Promise<string> {
  const { lines } = await tokenOn(node);
  return patiently(machine, ['sh', '-c', await lineFor(machine, lines)]);
}
