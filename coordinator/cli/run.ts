import { type Command, CommanderError } from 'commander';
import { asMusterError, MusterError } from '../../roles/model/errors.ts';
import type { Context, LocalVerbs } from './context.ts';
import { exitCodes, exitOfError } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { renderError } from './render/error.ts';

/** Runs one verb and returns the exit code; whatever goes wrong is told on `err` and nowhere else. */
export async function run(argv: readonly string[], context: Context, local: LocalVerbs): Promise<number> {
  let code: number = exitCodes.ok.code;
  const program = createProgram(context, local, (reached) => {
    code = reached;
  });
  try {
    await program.parseAsync(withDefaults(argv), { from: 'user' });
    return code;
  } catch (thrown) {
    if (context.signal.aborted) return exitCodes.interrupted.code;
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.ok.code;
    // A verb that needs another word after it has told its help instead.
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return exitCodes.usage.code;
    const error =
      thrown instanceof CommanderError ? usageError(thrown, program, argv) : asMusterError(thrown);
    context.err.write(renderError(error, context.err, argv.includes('--debug')));
    return exitOfError(error.code);
  }
}

/** Nothing said: the help. `--version` is what people try first. */
function withDefaults(argv: readonly string[]): string[] {
  if (argv.length === 0) return ['--help'];
  const [first = '', ...rest] = argv;
  return first === '--version' || first === '-V' ? ['version', ...rest] : [...argv];
}

function usageError(error: CommanderError, program: Command, argv: readonly string[]): MusterError {
  const [what = '', suggestion = ''] = error.message.replace(/^error: /, '').split('\n');
  const meant = /\(Did you mean (.+)\?\)/.exec(suggestion)?.[1];
  const first = argv.find((word) => !word.startsWith('-'));
  const verb = program.commands.find((command) => command.name() === first)?.name();
  return new MusterError('request-invalid', {
    what,
    why:
      meant === undefined
        ? 'the command line is not one that muster takes; nothing was changed'
        : `did you mean ${meant}?`,
    next: verb === undefined ? 'muster --help' : `muster ${verb} --help`,
    cause: error,
  });
}
