import { TokenReport } from '../../../agent/api/contract.ts';
import type { Said } from '../core/run.ts';
import { agree, whole } from './agreement.ts';
import { install, installDeadlineMs } from './cluster.ts';
import type { Lab } from './lab.ts';
import type { LabMachine } from './machine.ts';
import { keepToPages } from './operator.ts';

/** After the last join: facts travel, roles are given, databases and files are copied to where they shall be. */
const settleMs = 180_000;

/** Makes a token on a node; what is left out is as an operator gets it who gives no flag. */
export async function tokenOn(
  node: LabMachine,
  limits: { readonly uses?: number; readonly minutes?: number } = {},
): Promise<TokenReport> {
  const words = Object.entries(limits).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await node.exec(['muster', 'token', 'create', '--json', ...words]);
  return TokenReport.parse(JSON.parse(stdout));
}

/** The form of the line that a machine has the program for. */
export async function lineFor(machine: LabMachine, lines: TokenReport['lines']): Promise<string> {
  const curl = await machine.exec(['sh', '-c', 'command -v curl'], { reject: false });
  return curl.exitCode === 0 ? lines.curl : lines.wget;
}

/** What an operator does on the next machine: paste a line into its shell. How it ends is for the caller. */
export async function paste(machine: LabMachine, line: string): Promise<Said> {
  return machine.exec(['sh', '-c', line], { reject: false, timeoutMs: installDeadlineMs });
}

/** Joins one machine by the line of a token. Returns what was said; throws with it where that was a refusal. */
export async function join(machine: LabMachine, { lines }: Pick<TokenReport, 'lines'>): Promise<string> {
  const said = await paste(machine, await lineFor(machine, lines));
  if (said.exitCode !== 0) {
    throw new Error(`${machine.name} did not join (exit ${said.exitCode}):\n${said.stdout}${said.stderr}`);
  }
  return said.stdout;
}

/** Joins machines side by side, all with one token, as an operator with several terminals would. */
export async function joinAll(first: LabMachine, others: readonly LabMachine[]): Promise<void> {
  const token = await tokenOn(first);
  await Promise.all(others.map((machine) => join(machine, token)));
}

/**
 * Makes a cluster of a lab's first machines: b1 is installed, the others join it side by side. Returns them once all
 * agree that all of them are well. Kept to pages, web servers have most of the memory, and so the workers that the stories'
 * visitors need also while a machine is away.
 */
export async function clusterOf(
  lab: Lab,
  count: number,
  how: { readonly vip?: string; readonly keepTo?: 'pages' } = {},
): Promise<readonly LabMachine[]> {
  const nodes = lab.machines.slice(0, count);
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error('a cluster has at least one machine');
  await install(first, how.vip === undefined ? [] : ['--vip', how.vip]);
  if (how.keepTo === 'pages') await keepToPages(first);
  await joinAll(first, others);
  await agree(nodes, whole(count), settleMs);
  return nodes;
}
