import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

import { endpointsSocket } from '../../../roles/web/endpoints.ts';
import { needLeader } from '../machine/leader.ts';
import { eventually } from './eventually.ts';
import type { LabMachine } from './machine.ts';

const RUNTIME = '/run/haproxy/admin.sock';
const MASTER = '/run/haproxy-master.sock';
const DEADLINE_MS = 2_000;
/** Often enough for figures of tenths of a second. */
const WATCH_MS = 50;

/** Asks a socket inside a machine from the host: quick, and the machine needs no program for it. */
const ask = async (machine: LabMachine, socket: string, command: string): Promise<string> => {
  const path = `/proc/${await needLeader(machine.name)}/root${socket}`;
  const connection = createConnection({ path, timeout: DEADLINE_MS });
  connection.once('timeout', () => connection.destroy(new Error(`${socket} of ${machine.name} is silent`)));
  connection.end(`${command}\n`);
  return text(connection);
};

/** Of the administrator's state, the one bit that says nothing of today: the server was off in the file. */
const OFF_IN_FILE = 4;

/** A server that takes new requests: it runs, nobody has taken it out or drained it. */
const ready = (server: ReadonlyMap<string, string>): boolean =>
  server.get('srv_op_state') === '2' &&
  (Number(server.get('srv_admin_state')) & ~OFF_IN_FILE) === 0 &&
  server.get('srv_uweight') !== '0';

/** The backends of web servers, for requests of two kinds; those of caches are another matter. */
const WEB_BACKENDS: ReadonlySet<string> = new Set(['web', 'once']);

/** The servers in the answer to `show servers state`, each by the titles of its columns. */
const serversIn = (answer: string): ReadonlyMap<string, string>[] => {
  const lines = answer.split('\n').filter((line) => line.includes(' '));
  const names = lines[0]?.replace(/^# /, '').split(' ') ?? [];
  return lines
    .slice(1)
    .map((line) => line.split(' '))
    .map((cells) => new Map(names.map((name, at) => [name, cells[at] ?? ''])));
};

/**
 * Addresses of the ready web servers in the answer to `show servers state`, in order. Two backends have the same servers
 * for requests of two kinds: an address that not both of them have is told with the one that has it.
 */
export const readyServers = (answer: string): string[] => {
  const servers = serversIn(answer).filter((server) => WEB_BACKENDS.has(server.get('be_name') ?? ''));
  const backends = new Set(servers.map((server) => server.get('be_name')));
  const holders = Map.groupBy(servers.filter(ready), (server) => server.get('srv_addr') ?? '');
  return [...holders]
    .map(([address, by]) =>
      by.length === backends.size ? address : `${address} (${by[0]?.get('be_name')} only)`,
    )
    .sort();
};

/**
 * The servers in the answer to `show servers state` that have an address and take no requests, and what HAProxy has
 * against each: its state, the administrator's word, its weight, and how its last check ended.
 */
export const idleServers = (answer: string): string[] =>
  serversIn(answer)
    .filter((server) => WEB_BACKENDS.has(server.get('be_name') ?? ''))
    .filter((server) => server.get('srv_addr') !== UNUSED_ADDRESS && !ready(server))
    .map(
      (server) =>
        `${server.get('be_name')}/${server.get('srv_addr')}: ${TELLING.map((title) => `${title} ${server.get(title)}`).join(', ')}`,
    );

/** Where slots point that no node has. */
const UNUSED_ADDRESS = '127.0.0.1';
const TELLING = [
  'srv_op_state',
  'srv_admin_state',
  'srv_uweight',
  'srv_check_status',
  'srv_check_result',
  'srv_check_state',
];

/** Who is in a balancer's roster, and who is not, and why. */
const rosterTold = (answer: string): string =>
  [readyServers(answer).join(' '), ...idleServers(answer)].join(', and not ');

/** The database servers that a web node reads from, or writes to, now, by address. */
export const databasesOn = async (web: LabMachine, backend: 'reads' | 'writes'): Promise<string[]> =>
  serversIn(await ask(web, endpointsSocket, 'show servers state'))
    .filter((server) => server.get('be_name') === backend && ready(server))
    .map((server) => server.get('srv_addr') ?? '')
    .sort();

/** Waits until every balancer sends requests to exactly these machines. */
export async function rostersAre(
  balancers: readonly LabMachine[],
  servers: readonly LabMachine[],
  deadlineMs: number,
): Promise<void> {
  const wanted = servers
    .map(({ address }) => address)
    .sort()
    .join(' ');
  await eventually(
    `every balancer sends requests to ${wanted}, and to nobody else`,
    async () => {
      const answers = await Promise.all(balancers.map((one) => ask(one, RUNTIME, 'show servers state')));
      if (answers.every((answer) => readyServers(answer).join(' ') === wanted)) return true;
      throw new Error(`they send them to ${answers.map(rosterTold).join('; ')}`);
    },
    { deadlineMs, everyMs: WATCH_MS },
  );
}

/** One life of HAProxy: equal before and after, there was neither a reload nor a restart between. */
export interface HaproxyLife {
  readonly masterPid: number;
  readonly reloads: number;
}

/** The master's line in its answer to `show proc`. */
export const lifeIn = (answer: string): HaproxyLife => {
  const found = /^(\d+)\s+master\s+(\d+)/m.exec(answer);
  if (!found) throw new Error(`HAProxy's master does not tell of itself: ${answer}`);
  return { masterPid: Number(found[1]), reloads: Number(found[2]) };
};

/** How often HAProxy has been reloaded, and since when it runs. */
export const lifeOf = async (balancer: LabMachine): Promise<HaproxyLife> =>
  lifeIn(await ask(balancer, MASTER, 'show proc'));

/** What a watch of rosters has seen: each roster of each balancer once, and beside it who was not in it, and why. */
export interface SeenRosters {
  readonly rosters: readonly string[];
  readonly idle: readonly string[];
}

/** Every roster that one of the balancers had meanwhile. */
export const watchRosters = (balancers: readonly LabMachine[]): { stop(): Promise<SeenRosters> } => {
  const ended = new AbortController();
  const seen = new Map<string, readonly string[]>();
  const look = async (balancer: LabMachine): Promise<void> => {
    const answer = await ask(balancer, RUNTIME, 'show servers state').catch((error: Error) => error);
    const roster = typeof answer === 'string' ? readyServers(answer).join(' ') : answer.message;
    const key = `${balancer.name}: ${roster}`;
    if (!seen.has(key)) seen.set(key, typeof answer === 'string' ? idleServers(answer) : []);
  };
  const watching = (async () => {
    while (!ended.signal.aborted) {
      for (const balancer of balancers) await look(balancer);
      await pause(WATCH_MS);
    }
  })();
  return {
    stop: async () => {
      ended.abort();
      await watching;
      const rosters = [...seen.keys()].sort();
      return {
        rosters,
        idle: rosters.map((roster) => `${roster}, and not: ${seen.get(roster)?.join('; ')}`),
      };
    },
  };
};
