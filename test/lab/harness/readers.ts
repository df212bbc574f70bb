import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What readers have seen of a site whose pages say several times which release they are. */
export interface Readings {
  readonly pages: number;
  /** Pages that did not come, each with the reason. */
  readonly failed: readonly string[];
  /** Pages of two releases at once. */
  readonly mixed: readonly string[];
  /** The releases that were seen, in the order of their first page. */
  readonly seen: readonly string[];
}

export interface Readers {
  /** Forgets what was seen until now. */
  fresh(): void;
  readings(): Readings;
  stop(): Promise<Readings>;
}

/** Side by side; half of them keep their connections. */
const readerCount = 6;

/** A page that takes longer is none. */
const patienceMs = 15_000;

/** Reads a page again and again, each time a word of several parts that must be one: `one|one|one`. */
export function startReaders(url: string, host: string): Readers {
  let state = { pages: 0, failed: [] as string[], mixed: [] as string[], seen: new Set<string>() };
  const stop = new AbortController();
  const read = async (keepAlive: boolean): Promise<void> => {
    const agent = new Agent({ keepAlive });
    while (!stop.signal.aborted) {
      const into = state;
      const page = await pageOf(url, host, agent).catch((error: unknown) => `failed: ${String(error)}`);
      into.pages += 1;
      const parts = new Set(page.trim().split('|'));
      const [first = ''] = parts;
      if (page.startsWith('failed')) into.failed.push(page);
      else if (parts.size > 1) into.mixed.push(page);
      else into.seen.add(first);
    }
    agent.destroy();
  };
  const readers = Array.from({ length: readerCount }, (_, index) => read(index % 2 === 0));
  const readings = (): Readings => ({ ...state, seen: [...state.seen] });
  return {
    fresh: () => {
      state = { pages: 0, failed: [], mixed: [], seen: new Set() };
    },
    readings,
    stop: async () => {
      stop.abort();
      await Promise.all(readers);
      return readings();
    },
  };
}

async function pageOf(url: string, host: string, agent: Agent): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asked = request(url, { agent, headers: { host }, timeout: patienceMs }, (response) => {
    text(response).then((body) => {
      if (response.statusCode === 200) resolve(body);
      else reject(new Error(`status ${String(response.statusCode)}`));
    }, reject);
  });
  asked.on('timeout', () => asked.destroy(new Error('too late')));
  asked.on('error', reject);
  asked.end();
  return promise;
}
