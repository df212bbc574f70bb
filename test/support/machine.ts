import { BackOff } from '../../agent/reconcile/back-off.ts';
import type { ExecuteParts } from '../../agent/reconcile/execute.ts';
import { type Journal, openJournal } from '../../agent/reconcile/journal.ts';
import { openManifest } from '../../agent/reconcile/manifest.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeCommands } from './fake-commands.ts';
import { FakeFiles } from './fake-files.ts';
import { FakePackages } from './fake-packages.ts';
import { FakeQuestions } from './fake-questions.ts';
import { FakeServices } from './fake-services.ts';

/** A whole machine in memory, with the parts a role's cycle works on. */
export interface FakeMachine extends ExecuteParts {
  readonly clock: FakeClock;
  readonly files: FakeFiles;
  readonly packages: FakePackages;
  readonly services: FakeServices;
  readonly questions: FakeQuestions;
  readonly commands: FakeCommands;
  readonly journal: Journal;
}

const checkers = {
  '/usr/sbin/haproxy': {},
  '/usr/sbin/apache2': {},
  '/usr/sbin/php-fpm8.2': {},
  '/usr/bin/php8.2': {},
};

/** `disk` is another machine's, or the same one's after its agent started anew. */
export async function fakeMachine(
  disk: FakeFiles = new FakeFiles(),
  clock = new FakeClock(),
): Promise<FakeMachine> {
  return {
    clock,
    files: disk,
    packages: new FakePackages(),
    services: new FakeServices(),
    questions: new FakeQuestions(),
    commands: new FakeCommands(checkers),
    answers: async () => false,
    secrets: { open: async ({ name }) => ({ word: `secret of ${name}` }) },
    backOff: new BackOff(clock),
    database: { carryOut: async () => true, isNewest: () => true },
    turnWay: async () => undefined,
    clone: async () => undefined,
    signal: new AbortController().signal,
    manifest: await openManifest(disk, '/var/lib/muster'),
    journal: await openJournal(disk, clock, '/var/lib/muster/journal.ndjson'),
  };
}

/** The sentences a machine's journal has told so far, each after its kind. */
export function told(journal: Journal): string[] {
  return journal.after(0, 1_000).map((event) => `${event.kind}: ${event.sentence}`);
}
