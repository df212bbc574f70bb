import { hit } from '../model/cached.ts';
import type { Question } from '../model/observed.ts';
import { slotCount } from '../model/slots.ts';

const table = 'answers';

/** One entry for each slot of a cache and each word of X-Cache; with twenty caches not two hundred. */
const entries = '1k';

/** As in `slot20/REVALIDATED`. */
const longestKey = 32;

/** Where HAProxy counts what caches answer; nginx itself counts requests, and not what became of them. */
export function answersTable(): string[] {
  return [
    `backend ${table}`,
    `  stick-table type string len ${String(longestKey)} size ${entries} store gpc0`,
  ];
}

/**
 * Counts an answer under the cache that gave it and its word, if it has one. Hits do not come so far: they are the rest of
 * what HAProxy counts for each server anyway, and nearly all.
 */
export const countingRules = [
  '  http-response set-var-fmt(txn.counted) %[srv_name]/%[res.fhdr(X-Cache)] if from_cache',
  `  http-response track-sc1 var(txn.counted) table ${table} if from_cache`,
  '  http-response sc-inc-gpc0(1) if from_cache',
];

/** All answers of each cache, and those with another word than the usual one. */
export const answersQuestion: Question = {
  kind: 'runtime',
  socket: '/run/haproxy/admin.sock',
  // 4: servers alone.
  command: `show stat cache 4 -1; show table ${table}`,
};

/** How often each word was said, by the number of the cache's slot. */
export type Answers = ReadonlyMap<number, Readonly<Record<string, number>>>;

/** What HAProxy has counted since it started, from its statistics and its listing of the table. */
export function answersIn(text: string): Answers {
  const words = wordsIn(text);
  const found = [...totalsIn(text)].map(([slot, total]) => {
    const { '': wordless = 0, ...others } = words.get(slot) ?? {};
    const hits = Object.values(others).reduce((rest, count) => rest - count, total - wordless);
    // Both are asked for one after the other: an answer may have come in between.
    return [slot, hits > 0 ? { ...others, [hit]: hits } : others] as const;
  });
  return new Map(found.filter(([, counts]) => Object.keys(counts).length > 0));
}

/** Whatever is no hit; an answer without a word stands under none. */
function wordsIn(text: string): Answers {
  const found = new Map<number, Record<string, number>>();
  for (const [, slot, word = '', count] of text.matchAll(/ key=slot(\d+)\/([A-Z]*) .*\bgpc0=(\d+)$/gm)) {
    if (word === hit) continue;
    const number = Number(slot);
    found.set(number, { ...found.get(number), [word]: Number(count) });
  }
  return found;
}

/** All answers of the servers that are caches, whatever their status. */
function totalsIn(text: string): ReadonlyMap<number, number> {
  const rows = text.split('\n').map((line) => line.split(','));
  const names = rows.find(([first]) => first === '# pxname') ?? [];
  const statuses = names.flatMap((name, column) => (/^hrsp_\dxx$/.test(name) ? [column] : []));
  const totals = rows.flatMap((row): readonly (readonly [number, number])[] => {
    const [, slot] = /^slot(\d+)$/.exec(row[1] ?? '') ?? [];
    if (slot === undefined || Number(slot) > slotCount) return [];
    return [[Number(slot), statuses.reduce((sum, column) => sum + Number(row[column]), 0)]];
  });
  return new Map(totals);
}
