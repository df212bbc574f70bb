import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { PurgeOptions } from '../purge-target.ts';
import type { AsData } from '../render/answer.ts';
import { declareVerb } from './help.ts';

const exits = ['ok', 'failure', 'unreachable'] as const;

/** `muster cache …` */
export function cacheVerbs(program: Command, context: Context, exit: (code: number) => void): void {
  const cache = declareVerb(program, 'cache', {
    summary: 'makes stored pages old',
    description: 'Makes stored pages old: the next visitor gets them anew from a web server.',
    examples: ['muster cache purge https://www.example.org/news', 'muster cache purge --all'],
    exits,
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
