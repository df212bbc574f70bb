import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import { ipv4 } from './arguments.ts';
import { declareVerb } from './help.ts';

/** `muster rejoin ADDRESS` */
export function rejoinVerb(program: Command, context: Context, exit: (code: number) => void): void {
  declareVerb(program, 'rejoin', {
    summary: 'tells this node where another one is, after all have moved',
    description:
      'Tells this node the address of any other, after machines were moved into another network. The rest is found by itself.',
    examples: ['muster rejoin 10.88.0.12'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .argument('<ADDRESS>', 'the IPv4 address of another node now', ipv4)
    .option('--json', 'the answer as JSON')
    .action(async (address: string, options: AsData) => {
      const { change } = await import('../verbs/change.ts');
      exit(await change(context, options, (client) => client.rejoin(address)));
    });
}
