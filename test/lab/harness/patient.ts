import { dirname } from 'node:path';

import { paths } from '../../../roles/model/paths.ts';
import type { Snapshot } from '../../../roles/model/ports.ts';
import type { Said } from '../core/run.ts';
import { bring, clientOf, place, statusOf } from './cluster.ts';
import { eventually } from './eventually.ts';
import { lineFor, tokenOn } from './join.ts';
import type { LabMachine } from './machine.ts';
import { spared } from './spared.ts';

/** What takes an installer twenty seconds elsewhere takes an emulated machine ten minutes, beside another one. */
const runDeadlineMs = 900_000;

/** Each run waits two or three minutes for the services, and finds what the one before it has begun. */
const mostRuns = 3;

/** What an emulated machine shall not carry: five roles that start at once are too much for it. */
const tooMuch = ['db', 'cache'] as const;

const installer = `${place}/install.sh`;

/** Keeps the agent from starting while there is something to be said to it first. */
const held = '/etc/systemd/system/muster.service.d/lab.conf';

/** Installs an emulated machine as a cluster of one that carries storage, web and balancer. */
export async function installPatiently(machine: LabMachine): Promise<void> {
  await bring(machine);
  await machine.writeFile(held, '[Unit]\nConditionPathExists=/nothing\n');
  await keepTheFolder(machine);
  await machine.exec(['systemd-run', '--quiet', '--unit=begin', installer]);
  await eventually(
    'the first decisions are written',
    async () => (await machine.exec(['test', '-s', paths.decisions], { reject: false })).exitCode === 0,
    { deadlineMs: runDeadlineMs },
  );
  await machine.exec(['systemctl', 'stop', 'begin']);
  await spare(machine);
  await machine.exec(['rm', '-r', dirname(held)]);
  await machine.exec(['systemctl', 'daemon-reload']);
  await patiently(machine, [installer]);
}

/** Joins an emulated machine to a node's cluster, by the line that an operator pastes; it carries no more than the first. */
export async function joinPatiently(machine: LabMachine, node: LabMachine): Promise<void> {
  const { lines } = await tokenOn(node);
  await keepTheFolder(machine);
  const joined = patiently(machine, ['sh', '-c', await lineFor(machine, lines)]);
  await eventually(
    `${node.name} has admitted ${machine.name}`,
    async () => (await statusOf(node)).nodes.some(({ name }) => name === machine.name),
    { deadlineMs: runDeadlineMs },
  );
  await Promise.all([joined, forbid(machine, node)]);
}

/**
 * By the API: before a command has started, the roles are given. An answer that such a machine owes for longer than the
 * client waits is asked for again; a wish twice is one.
 */
async function forbid(machine: LabMachine, node: LabMachine): Promise<void> {
  for (const role of tooMuch) {
    await eventually(
      `${node.name} takes the wish that ${machine.name} carries no ${role}`,
      async () => (await clientOf(node)).wishRole(machine.name, role, 'forbid'),
      { deadlineMs: runDeadlineMs },
    );
  }
}

/** Where the program has a folder already, an installer that loses its patience undoes nothing. */
async function keepTheFolder(machine: LabMachine): Promise<void> {
  await machine.exec(['mkdir', '-p', '/opt/muster']);
}

/** Whoever is told "run the same command again" does that. */
async function patiently(machine: LabMachine, argv: readonly string[]): Promise<void> {
  let said: Said | undefined;
  for (let runs = 0; runs < mostRuns && said?.exitCode !== 0; runs += 1) {
    said = await machine.exec(argv, { reject: false, timeoutMs: runDeadlineMs });
  }
  if (said?.exitCode === 0) return;
  throw new Error(`${machine.name} is not installed after ${mostRuns} runs:\n${said?.stdout}${said?.stderr}`);
}

/** Tells the first decisions of a machine, before an agent reads them, what it shall not carry. */
async function spare(machine: LabMachine): Promise<void> {
  const first = JSON.parse(await machine.readFile(paths.decisions)) as Snapshot;
  await machine.writeFile(paths.decisions, JSON.stringify(spared(first, tooMuch)));
}
