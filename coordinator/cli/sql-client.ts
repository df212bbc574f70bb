import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { SqlPlace } from './context.ts';
import type { Interrupt } from './interrupt.ts';

/** Debian's client, of the package mariadb-client. */
const program = 'mariadb';

/**
 * Opens the SQL client at this terminal; false where it ended with an error. The password goes by a file that its owner
 * alone can read, never by a word that others see in the list of processes.
 */
export async function openSqlClient(
  place: SqlPlace | undefined,
  interrupt: Pick<Interrupt, 'ignoredDuring'>,
): Promise<boolean> {
  // Without a place: as root on the socket of this machine's own server.
  if (place === undefined) return interrupt.ignoredDuring(() => run([]));
  const folder = await mkdtemp(join(tmpdir(), 'muster-'));
  const path = join(folder, 'client.cnf');
  try {
    await writeFile(path, optionsOf(place), { mode: 0o600 });
    return await interrupt.ignoredDuring(() => run([`--defaults-extra-file=${path}`, place.database]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function optionsOf({ user, password, host, port }: SqlPlace): string {
  const lines = [`user="${user}"`, `password="${password}"`, `host=${host}`, `port=${String(port)}`];
  return ['[client]', ...lines, 'protocol=tcp', ''].join('\n');
}

async function run(words: readonly string[]): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  spawn(program, words, { stdio: 'inherit' }).on('error', reject).on('close', resolve);
  const exitCode = await promise.catch((cause: unknown) => {
    throw new MusterError('command-missing', {
      what: `the SQL client '${program}' cannot be started: ${messageOf(cause)}`,
      why: 'it comes with the role db, and otherwise with its own package',
      next: 'apt-get install mariadb-client',
      cause,
    });
  });
  return exitCode === 0;
}
