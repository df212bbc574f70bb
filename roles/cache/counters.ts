import { listen } from '../model/listen.ts';
import type { Question } from '../model/observed.ts';
import { selfOf, type View } from '../model/view.ts';
import { pagesDirectory } from './service.ts';
import { CacheSettings } from './settings.ts';
import { pagesMiB } from './sizing.ts';

/** Every stored page is a file; a hundred thousand of them are looked at in a second or two. */
const sizeTimeoutMs = 8_000;

/** What tells how this node's cache fares: nobody's plan hangs on it, and it is asked only where somebody wants to know. */
export function counterQuestions(view: View): { readonly pages: Question; readonly pool: Question } {
  const { address } = selfOf(view).record;
  return {
    pages: {
      kind: 'program',
      argv: ['/usr/bin/du', '--summarize', '--block-size=1', pagesDirectory],
      timeoutMs: sizeTimeoutMs,
    },
    pool: { kind: 'pool', address, port: listen.pool, statistics: true },
  };
}

/** Bytes of disk in what du says; undefined where it says something else. */
export function pageBytesIn(text: string): number | undefined {
  const found = /^(\d+)\t/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Bytes of disk that stored pages may take on this node; undefined while its disk is not known. */
export function pageLimitOf(view: View): number | undefined {
  const { facts } = selfOf(view);
  if (facts === undefined) return undefined;
  return (
    pagesMiB(CacheSettings.parse(view.settings['cache'] ?? {}), facts.hardware.disk.sizeMiB) * 1024 * 1024
  );
}

/** What memcached counts, all of it since it started. */
export interface PoolCounters {
  readonly items: number;
  readonly bytes: number;
  readonly limitBytes: number;
  readonly hits: number;
  readonly misses: number;
  /** Thrown away before their time, for want of room. */
  readonly evicted: number;
  readonly seconds: number;
}

/** By their names in `stats`; undefined where one of them is missing. */
export function poolCountersIn(text: string): PoolCounters | undefined {
  const said = new Map(
    [...text.matchAll(/^STAT (\S+) (\d+)\r?$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
  const [items, bytes, limitBytes] = [said.get('curr_items'), said.get('bytes'), said.get('limit_maxbytes')];
  const [hits, misses] = [said.get('get_hits'), said.get('get_misses')];
  const [evicted, seconds] = [said.get('evictions'), said.get('uptime')];
  if (items === undefined || bytes === undefined || limitBytes === undefined) return undefined;
  if (hits === undefined || misses === undefined) return undefined;
  if (evicted === undefined || seconds === undefined) return undefined;
  return { items, bytes, limitBytes, hits, misses, evicted, seconds };
}
