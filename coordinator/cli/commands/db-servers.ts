import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import { declareVerb } from './help.ts';

const exits = ['ok', 'failure', 'unreachable'] as const;

/** The verbs of `muster db` about the servers: who takes the writes. */
export function serverVerbs(db: Command, context: Context, exit: (code: number) => void): void {
  declareVerb(db, 'status', {
    description: 'Every database server as it says itself: who takes writes, who follows, how far behind.',
    examples: ['muster db status'],
    exits,
  })
    .option('--json', 'the servers as JSON')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/db-status.ts')).dbStatus(context, options));
    });

  declareVerb(db, 'switchover', {
    description: 'Moves the writes to another server without losing any; they pause for about a second.',
    examples: ['muster db switchover', 'muster db switchover b2', 'muster db switchover b2 --dry-run'],
    exits,
  })
    .argument('[NODE]', 'the name or the id of a node; without it muster chooses')
    .option('--dry-run', 'only say what it would mean')
    .option('--json', 'the answer as JSON')
    .action(
      async (node: string | undefined, { dryRun = false, json = false }: AsData & { dryRun?: boolean }) => {
        const { change } = await import('../verbs/change.ts');
        const wish = { ...(node === undefined ? {} : { node }), lost: false };
        exit(await change(context, { json }, (client) => client.movePrimary(wish, dryRun)));
      },
    );

  declareVerb(db, 'promote', {
    description: 'Lets a replica take over from a primary that is gone. Says first what would be lost.',
    examples: ['muster db promote b2 --dry-run', 'muster db promote b2'],
    exits,
  })
    .argument('<NODE>', 'the name or the id of a node')
    .option('--dry-run', 'only say what it would mean')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'the answer as JSON')
    .action(async (node: string, options: AsData & { readonly yes?: boolean; readonly dryRun?: boolean }) => {
      exit(await (await import('../verbs/db-promote.ts')).dbPromote(context, node, options));
    });
}
