import { setTimeout as pause } from 'node:timers/promises';
import { listen } from '../../../roles/model/listen.ts';
import { sessionsPath } from '../../../roles/web/sessions.ts';
import { eventually } from './eventually.ts';
import { type HostedPage, hostedPage } from './hosted-page.ts';
import type { LabMachine } from './machine.ts';
import { sampleHost } from './sample.ts';
import { vip } from './visitors.ts';

/** Fewer on one cache would prove little; more cost each round of visits. */
const leastOnEach = 4;

/** Where they fall is chance: so many on one side alone is none any more. */
const mostOpened = 100;

/** Between two visits of one visitor, as quick readers are. */
const restMs = 500;

/** Longer than a lock outlives the machine that held it (the web server's time for one request, 60 s). */
const patienceMs = 90_000;

/** PHP's own prefix of a session's key in memcached. */
const keyOf = (session: Session): string => `memc.sess.key.${session.cookie.split('=')[1] ?? ''}`;

/** A visitor of the sample application who comes again and again, with the cookie of the first visit. */
export class Session {
  #cookie = '';
  #visits = 0;
  #lost = 0;

  /** As the visitor sends it. */
  get cookie(): string {
    return this.#cookie;
  }

  /** How many visits the session knows of. */
  get visits(): number {
    return this.#visits;
  }

  /** How often it had forgotten the visits before. */
  get lost(): number {
    return this.#lost;
  }

  /** Comes once more. Where no page comes it is tried again, as people do; such a try may have been counted. */
  async visit(): Promise<void> {
    const { headers, text } = await eventually('a visit is counted', () => this.#ask(), {
      deadlineMs: patienceMs,
    });
    this.#cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? this.#cookie;
    const visits = Number(text);
    if (visits <= this.#visits) this.#lost += 1;
    this.#visits = visits;
  }

  async #ask(): Promise<HostedPage> {
    const page = await hostedPage(
      vip,
      sampleHost,
      '/visits',
      this.#cookie === '' ? {} : { cookie: this.#cookie },
    );
    if (page.status !== 200) throw new Error(`${page.status} ${page.text.trim()}`);
    return page;
  }
}

/** Opens as many sessions as it takes for each of these caches to hold some; by the name of the cache. */
export async function openSessions(
  caches: readonly LabMachine[],
): Promise<ReadonlyMap<string, readonly Session[]>> {
  const opened: Session[] = [];
  while (opened.length < mostOpened) {
    const next = Array.from({ length: leastOnEach }, () => new Session());
    await Promise.all(next.map((session) => session.visit()));
    opened.push(...next);
    const held = await Promise.all(
      caches.map(async (cache) => [cache.name, await sessionsOn(cache, opened)] as const),
    );
    if (held.every(([, sessions]) => sessions.length >= leastOnEach)) return new Map(held);
  }
  throw new Error(`of ${mostOpened} sessions there are not ${leastOnEach} on each cache`);
}

/** memcached names the keys that it holds, and says nothing of the others. */
async function sessionsOn(cache: LabMachine, sessions: readonly Session[]): Promise<readonly Session[]> {
  const asked = 'exec 3<>"/dev/tcp/$0/$1" && printf "get %s\\r\\nquit\\r\\n" "$2" >&3 && cat <&3';
  const keys = sessions.map(keyOf).join(' ');
  const { stdout } = await cache.exec(['bash', '-c', asked, cache.address, String(listen.pool), keys]);
  return sessions.filter((session) => stdout.includes(`VALUE ${keyOf(session)} `));
}

/** Waits until every web server looks for sessions on so many caches. */
export async function poolIs(webs: readonly LabMachine[], caches: number, deadlineMs: number): Promise<void> {
  await eventually(
    `every web server looks for sessions on ${caches} caches`,
    async () => {
      const texts = await Promise.all(webs.map((web) => web.readFile(sessionsPath)));
      return texts.every((text) => text.split(`:${listen.pool}`).length === caches + 1);
    },
    { deadlineMs },
  );
}

/** Visitors who go on coming. */
export interface Visits {
  /** Ends the visits, each after the one that is under way. */
  stop(): Promise<void>;
}

/** Each visitor comes again and again, whatever becomes of the others. */
export function keepVisiting(sessions: readonly Session[]): Visits {
  const ended = new AbortController();
  const visiting = Promise.all(
    sessions.map(async (session) => {
      while (!ended.signal.aborted) {
        await session.visit();
        await pause(restMs);
      }
    }),
  );
  // Who fails is told by stop.
  visiting.catch(() => undefined);
  return {
    stop: async () => {
      ended.abort();
      await visiting;
    },
  };
}
