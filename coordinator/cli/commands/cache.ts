import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { PurgeOptions } from '../purge-target.ts';
import type { AsData } from '../render/answer.ts';
import { declareVerb } from './help.ts';

const exits = ['ok', 'failure', 'unreachable'] as const;

/** `muster cache …` */
export function cacheVerbs(program: Command, context: Context, exit: (code: number) => void): void {
  const cache = declareVerb(program, 'cache', {
    summary: 'the caches, and stored pages made old',
    description: 'Tells how the caches fare, and makes stored pages old: the next visitor gets them anew.',
    examples: ['muster cache status', 'muster cache purge https://www.example.org/news'],
    exits,
  });

  declareVerb(cache, 'status', {
    description:
      'Every cache: how much comes from it, what it stores, and how the pool of sessions is filled.',
    examples: ['muster cache status'],
    exits,
  })
    .option('--json', 'the caches as JSON')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/cache-status.ts')).cacheStatus(context, options));
    });

  declareVerb(cache, 'purge', {
    description:
      'Makes one page, all under an address, or everything old; returns when that is so everywhere.',
    examples: [
      'muster cache purge https://www.example.org/news?page=2',
      'muster cache purge --prefix www.example.org/blog/',
      'muster cache purge --all',
    ],
    exits,
  })
    .argument('[URL]', 'the address of one page, its query included')
    .option('--prefix <ADDRESS>', 'everything whose address begins so; a host name alone is a whole site')
    .option('--all', 'everything')
    .option('--json', 'the answer as JSON')
    .action(async (url: string | undefined, options: AsData & PurgeOptions) => {
      exit(await (await import('../verbs/cache-purge.ts')).cachePurge(context, url, options));
    });
}
