import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import type { TokenCreateOptions } from '../verbs/token-create.ts';
import { mostTokenMinutes, mostTokenUses, numberFrom } from './arguments.ts';
import { declareVerb } from './help.ts';

/** `muster token …` */
export function tokenVerbs(program: Command, context: Context, exit: (code: number) => void): void {
  const token = declareVerb(program, 'token', {
    summary: 'lets other machines join',
    description: 'Makes, lists and takes back the tokens by which machines join.',
    examples: ['muster token create', 'muster token ls'],
    exits: ['ok', 'failure', 'unreachable'],
  });

  declareVerb(token, 'create', {
    description: 'Prints one line to paste on each machine that is to join.',
    examples: ['muster token create', 'muster token create --uses 1 --minutes 10'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .option('--uses <count>', 'how many machines it lets in; 10 unless given', numberFrom(1, mostTokenUses))
    .option('--minutes <count>', 'how long it is good; 60 unless given', numberFrom(1, mostTokenMinutes))
    .option('--json', 'the token and its lines as JSON')
    .action(async (options: TokenCreateOptions) => {
      exit(await (await import('../verbs/token-create.ts')).tokenCreate(context, options));
    });

  declareVerb(token, 'ls', {
    description: 'All tokens, what has become of each, and whom it let in.',
    examples: ['muster token ls'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .option('--json', 'the tokens as JSON')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/token-ls.ts')).tokenLs(context, options));
    });

  declareVerb(token, 'revoke', {
    description: 'Ends a token now; nodes that joined with it stay.',
    examples: ['muster token revoke tabcdefghijkl'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .argument('<ID>', 'the id of a token, as in muster token ls')
    .option('--json', 'the answer as JSON')
    .action(async (id: string, options: AsData) => {
      const { change } = await import('../verbs/change.ts');
      exit(await change(context, options, (client) => client.revokeToken(id)));
    });

  declareVerb(token, 'inspect', {
    description: 'What a token says, its secret apart, and what has become of it.',
    examples: ['muster token inspect muster1.…'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .argument('<TOKEN>', 'the whole token')
    .option('--json', 'the report as JSON')
    .action(async (text: string, options: AsData) => {
      exit(await (await import('../verbs/token-inspect.ts')).tokenInspect(context, text, options));
    });
}
