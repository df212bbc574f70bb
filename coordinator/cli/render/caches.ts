import type { CachesReport } from '../../../agent/api/contract-cache.ts';
import { sizeOf } from './databases.ts';
import { table } from './table.ts';
import { oneLine, type Paint } from './text.ts';
import { beforeOrAfter } from './time.ts';

type Cache = CachesReport['caches'][number];

/** Words of X-Cache for answers that no web server was asked for first. */
const stored = ['HIT', 'UPDATING', 'STALE'] as const;

/** Those for which one was; PASS is no page that could have been stored. */
const asked = ['MISS', 'EXPIRED', 'REVALIDATED', 'BYPASS'] as const;

/** The caches, one a line, and how far the last purge has come. */
export function renderCaches({ caches, purge, missing }: CachesReport, now: Date, paint: Paint): string {
  if (caches.length === 0) return 'No node carries cache: pages come from the web servers.\n';
  const columns = [
    { title: 'NODE' },
    { title: 'ADDRESS' },
    { title: 'FROM THE CACHE', right: true },
    { title: 'ANSWERS', right: true },
    { title: 'NOT FOR CACHES', right: true },
    { title: 'PAGES' },
    { title: 'POOL' },
    { title: 'ITEMS', right: true },
    { title: 'EVICTED', right: true },
  ];
  const [titles = '', ...lines] = table(columns, caches.map(rowOf));
  const troubles = [
    ...caches.flatMap(({ name, cache }) => cache.troubles.map((why) => `${name}: ${why}`)),
    ...missing.map((why) => `Counts are missing of ${why}`),
  ].map((text) => `${paint('yellow', '!')} ${oneLine(text)}`);
  return `${[...purgeLines(purge, now, paint), paint('dim', titles), ...lines, ...troubles].join('\n')}\n`;
}

function rowOf({ name, address, answers, cache: { pages, pool } }: Cache): string[] {
  const [hits, others] = [sumOf(answers, stored), sumOf(answers, asked)];
  const all = hits + others;
  return [
    name,
    address,
    all === 0 ? '' : `${((hits / all) * 100).toFixed(1)} %`,
    String(all),
    String(answers['PASS'] ?? 0),
    pages === undefined ? '' : `${sizeOf(pages.bytes)} of ${sizeOf(pages.limitBytes)}`,
    pool === undefined ? '' : `${sizeOf(pool.bytes)} of ${sizeOf(pool.limitBytes)}`,
    pool === undefined ? '' : String(pool.items),
    pool === undefined ? '' : String(pool.evicted),
  ];
}

function sumOf(answers: Cache['answers'], words: readonly string[]): number {
  return words.reduce((sum, word) => sum + (answers[word] ?? 0), 0);
}

function purgeLines(purge: CachesReport['purge'], now: Date, paint: Paint): string[] {
  if (purge === undefined) return ['Nothing was purged yet.'];
  const head = `The last purge was ${beforeOrAfter(new Date(purge.at), now)}.`;
  if (purge.waiting.length === 0) return [head];
  return [
    head,
    `${paint('yellow', '!')} Older pages may still come through ${purge.waiting.map(oneLine).join(', ')}.`,
  ];
}
