import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** A page that came, and when by this process's clock. */
type PageAtMs = number;

/** Asks every so often: the figure is no finer. */
const EVERY_MS = 20;
/** Above what a busy page takes, below the second after which a lost packet is sent again. */
const TIMEOUT_MS = 500;

/** The longest time between two pages; the begin and the end of the watch count as pages. */
export const longestSilence = (pages: readonly PageAtMs[], fromMs: number, toMs: number): number => {
  const all = [fromMs, ...pages.filter((at) => at > fromMs && at < toMs), toMs].sort((a, b) => a - b);
  return Math.max(...all.slice(1).map((at, index) => at - (all[index] ?? at)));
};

const fresh = new Agent({ keepAlive: false });

/** Asks once, over a connection of its own: true for a page within half a second. */
export const pageCame = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get(url, { agent: fresh, timeout: TIMEOUT_MS }, (response) => {
      response.once('end', () => resolve(response.statusCode === 200));
      response.once('error', () => resolve(false));
      response.resume();
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });

/** One visitor who never waits: a new connection every 20 ms, whatever has become of the former. */
export interface Probe {
  /** The longest time without a page in ms, from the opening to now. */
  stop(): Promise<number>;
}

/** Opens a probe on a page. */
export const openProbe = (url: string): Probe => {
  const ended = new AbortController();
  const openedMs = performance.now();
  const pages: PageAtMs[] = [];
  const underWay = new Set<Promise<void>>();
  const probing = (async () => {
    while (!ended.signal.aborted) {
      const one = pageCame(url).then((came) => {
        underWay.delete(one);
        if (came) pages.push(performance.now());
      });
      underWay.add(one);
      await pause(EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      const closedMs = performance.now();
      ended.abort();
      await probing;
      await Promise.all(underWay);
      return longestSilence(pages, openedMs, closedMs);
    },
  };
};
