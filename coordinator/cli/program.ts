import { Command } from 'commander';
import { applicationVerbs } from './commands/apps.ts';
import { cacheVerbs } from './commands/cache.ts';
import { certificateVerbs } from './commands/certificates.ts';
import { completionVerbs } from './commands/completion.ts';
import { dbVerbs } from './commands/db.ts';
import { exitLines } from './commands/help.ts';
import { machineVerbs, selfVerbs } from './commands/machine.ts';
import { nodeVerbs } from './commands/nodes.ts';
import { readingVerbs } from './commands/reading.ts';
import { rejoinVerb } from './commands/rejoin.ts';
import { settingsVerbs } from './commands/settings.ts';
import { tokenVerbs } from './commands/tokens.ts';
import type { Context, LocalVerbs } from './context.ts';
import { type ExitName, exitCodes } from './exit-codes.ts';

/** The whole command line. `exit` is told the exit code of the verb that ran; errors are thrown. */
export function createProgram(context: Context, local: LocalVerbs, exit: (code: number) => void): Command {
  const program = new Command('muster')
    .description(
      'Turns a handful of Debian machines into one load-balanced web cluster and keeps it serving.',
    )
    .option('--debug', 'add the stack to an error')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.out.write(text),
      writeErr: (text) => context.err.write(text),
      // The error itself is thrown, and rendered like every other one.
      outputError: () => undefined,
    });
  readingVerbs(program, context, exit);
  settingsVerbs(program, context, exit);
  applicationVerbs(program, context, exit);
  nodeVerbs(program, context, exit);
  tokenVerbs(program, context, exit);
  certificateVerbs(program, context, exit);
  cacheVerbs(program, context, exit);
  dbVerbs(program, context, exit);
  machineVerbs(program, local, exit);
  rejoinVerb(program, context, exit);
  selfVerbs(program, context, exit);
  completionVerbs(program, context, exit);
  const names = Object.keys(exitCodes) as ExitName[];
  program.addHelpText('after', ['', 'Exit codes:', ...exitLines(names)].join('\n'));
  return program;
}
