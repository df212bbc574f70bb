import type { Command } from 'commander';
import { type Context, type Shell, shells } from '../context.ts';
import { oneOf } from './arguments.ts';
import { declareVerb } from './help.ts';

/** `muster completion`, and the hidden verb that its scripts call. */
export function completionVerbs(program: Command, context: Context, exit: (code: number) => void): void {
  declareVerb(program, 'completion', {
    summary: 'teaches your shell the words of muster',
    description: 'Prints the script that lets the Tab key complete verbs, options and names.',
    examples: ['source <(muster completion bash)', 'muster completion fish | source'],
    exits: ['ok', 'failure'],
  })
    .addArgument(oneOf('<SHELL>', 'the shell to teach', shells))
    .action(async (shell: Shell) => {
      exit(await (await import('../verbs/completion.ts')).completion(context, shell));
    });

  program
    .command('__complete', { hidden: true })
    .argument('[WORDS...]')
    .action(async (words: string[]) => {
      exit(await (await import('../verbs/complete.ts')).complete(context, program, words));
    });
}
