import { join } from 'node:path';
import { type StatusReport, socketPath } from '../../../agent/api/contract.ts';
import { type Client, createClient } from '../../../coordinator/cli/client.ts';
import type { Event } from '../../../roles/model/event.ts';
import { socketIn } from '../machine/socket.ts';
import { eventually } from './eventually.ts';
import type { LabMachine } from './machine.ts';

const checkout = join(import.meta.dirname, '../../..');

/** Packages of a bare machine come from the mirror; this is three times what a slow host took. */
export const installDeadlineMs = 240_000;

/** Where the checkout's part that an operator needs lies on a machine. */
export const place = '/root/muster';

/** Puts the payload and the installer onto a machine. */
export async function bring(machine: LabMachine): Promise<void> {
  await machine.put(join(checkout, 'dist/payload'), `${place}/dist/payload`);
  await machine.put(join(checkout, 'install.sh'), `${place}/install.sh`);
}

/** Puts the payload onto a machine and installs it as an operator would, with these words; returns what was said. */
export async function install(machine: LabMachine, words: readonly string[] = []): Promise<string> {
  await bring(machine);
  const said = await machine.exec([`${place}/install.sh`, ...words], { timeoutMs: installDeadlineMs });
  return said.stdout;
}

/** A busy machine answers late. */
const answerMs = 15_000;

/** How many of the newest events are looked through. */
const eventsKept = 500;

/**
 * The agent's API through its local socket, from outside the machine: stories ask often, and a program started for each
 * question would take what the machines live on.
 */
export async function clientOf(machine: LabMachine): Promise<Client> {
  return createClient({
    socketPath: await socketIn(machine.name, socketPath),
    signal: AbortSignal.timeout(answerMs),
  });
}

/** What the agent there says of the cluster, as `muster status` does. */
export async function statusOf(machine: LabMachine): Promise<StatusReport> {
  return (await clientOf(machine)).status();
}

/** What happened there, oldest first, as `muster events` tells it. */
export async function eventsOf(machine: LabMachine): Promise<readonly Event[]> {
  return (await (await clientOf(machine)).events(eventsKept)).events;
}

/** Waits until the cluster says of itself that all is well, and every decision can be made. */
export async function well(machine: LabMachine, deadlineMs: number): Promise<StatusReport> {
  return eventually(
    `${machine.name} says that all is well`,
    async () => {
      const status = await statusOf(machine);
      return status.verdict.level === 'ok' && status.decisions.writable ? status : undefined;
    },
    { deadlineMs },
  );
}

/** Waits for an event after a sequence number whose sentence fits. */
export async function told(
  machine: LabMachine,
  after: number,
  sentence: RegExp,
  deadlineMs: number,
): Promise<Event> {
  return eventually(
    `an event like ${String(sentence)}`,
    async () =>
      (await eventsOf(machine)).find((event) => event.sequence > after && sentence.test(event.sentence)),
    { deadlineMs },
  );
}
