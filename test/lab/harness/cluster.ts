import { join } from 'node:path';
import { StatusReport } from '../../../agent/api/contract.ts';
import { Event } from '../../../roles/model/event.ts';
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

/** What `muster status` says there. */
export async function statusOf(machine: LabMachine): Promise<StatusReport> {
  const { stdout } = await machine.exec(['muster', 'status', '--json'], { reject: false });
  return StatusReport.parse(JSON.parse(stdout));
}

/** What `muster events` has told there, oldest first. */
export async function eventsOf(machine: LabMachine): Promise<readonly Event[]> {
  const { stdout } = await machine.exec(['muster', 'events', '--json', '-n', '500']);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => Event.parse(JSON.parse(line)));
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
