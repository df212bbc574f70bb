import type { Question } from '../model/observed.ts';

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

/** Counts an answer under the cache that gave it and its word. A web server that stands in says no such word. */
export const countingRules = [
  '  acl worded res.hdr(X-Cache) -m found',
  '  http-response set-var-fmt(txn.counted) %[srv_name]/%[res.hdr(X-Cache)] if worded',
  `  http-response track-sc1 var(txn.counted) table ${table} if worded`,
  '  http-response sc-inc-gpc0(1) if worded',
];

export const answersQuestion: Question = {
  kind: 'runtime',
  socket: '/run/haproxy/admin.sock',
  command: `show table ${table}`,
};

/** How often each word was said, by the number of the cache's slot. */
export type Answers = ReadonlyMap<number, Readonly<Record<string, number>>>;

/** What HAProxy has counted since it started, from its listing of the table. */
export function answersIn(text: string): Answers {
  const found = new Map<number, Record<string, number>>();
  for (const [, slot, word = '', count] of text.matchAll(/ key=slot(\d+)\/([A-Z]+) .*\bgpc0=(\d+)$/gm)) {
    const number = Number(slot);
    found.set(number, { ...found.get(number), [word]: Number(count) });
  }
  return found;
}
