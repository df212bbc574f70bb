import { MusterError } from '../../roles/model/errors.ts';
import type { Commands } from '../../roles/model/ports.ts';

/** Runs a program that has to succeed. Throws `command-failed` with its own words. */
export async function demand(commands: Commands, argv: readonly [string, ...string[]]): Promise<void> {
  const result = await commands.run(argv);
  if (result.exitCode === 0) return;
  throw new MusterError('command-failed', {
    what: `${argv.join(' ')} failed`,
    why: result.stderr.trim() || `it ended with ${result.exitCode} and said nothing`,
    next: 'df -h /var, then run the same command again',
  });
}
