import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { agree, type Fits } from '../../harness/agreement.ts';
import { startAuthority } from '../../harness/authority.ts';
import { openBrowser } from '../../harness/browser.ts';
import { install, statusOf, well } from '../../harness/cluster.ts';
import { hostedPage } from '../../harness/hosted-page.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../../harness/index.ts';
import { joinAll } from '../../harness/join.ts';
import { startLedger } from '../../harness/ledger.ts';
import { startLoad } from '../../harness/load.ts';
import { muster, powerOn } from '../../harness/operator.ts';
import { deploySample, sampleHost } from '../../harness/sample.ts';
import { keepVisiting, openSessions, poolIs, Session } from '../../harness/sessions.ts';
import { vip } from '../../harness/visitors.ts';

/** Five machines that copy databases and files from each other on two cores; nothing hangs on the figure. */
const settleMs = 240_000;

/** A certificate is asked for at the next turn, proved, issued, and taken in by the balancers. */
const certificateMs = 90_000;

/** Every visitor comes several times. */
const visitsMs = 5_000;

/**
 * While nobody takes writes, those who try hold more PHP workers than two web servers have: other visitors queue with
 * them.
 */
const patienceMs = 60_000;

/** The sentence by which \`muster status\` says what is lost with a cache. */
const oneOfTwo = 'Each session lies on one of 2 caches: if one fails, its visitors have to log in again.';

/** Those who come for the first time just when a machine has gone. */
const newVisitors = 20;

/** How long pages are asked for while a machine is away. */
const calmMs = 10_000;

/** Where each role shall be, once there are five machines: by name. */
const places = {
  balancer: ['b1', 'b2'],
  cache: ['b1', 'b2'],
  web: ['b3', 'b4', 'b5'],
  db: ['b3', 'b4', 'b5'],
  storage: ['b3', 'b4', 'b5'],
} as const;
type Role = keyof typeof places;
const roles = Object.keys(places) as readonly Role[];

/** Every role is ready, and carried by exactly those who shall. */
const asPlaced: Fits = (nodes) =>
  roles.every((role) => {
    const carriers = nodes.filter((node) => node.roles.some((one) => one.role === role));
    const ready = carriers.filter((node) =>
      node.roles.some((one) => one.role === role && one.state === 'ready'),
    );
    const names = carriers.map(({ name }) => name).sort();
    return ready.length === carriers.length && JSON.stringify(names) === JSON.stringify(places[role]);
  });

const allReady =
  (count: number): Fits =>
  (nodes) =>
    nodes.length === count &&
    nodes.every(({ verdict, roles: carried }) => {
      return verdict === 'alive' && carried.length > 0 && carried.every(({ state }) => state === 'ready');
    });

describe('a site, from one machine to five', () => {
  let lab: Lab;
  let nodes: readonly LabMachine[];
  let b1: LabMachine;
  let root: string;

  beforeAll(async () => {
    lab = await openLab({ machines: 6 });
    nodes = lab.machines.slice(0, 5);
    b1 = lab.machine('b1');
    await install(b1, ['--vip', vip]);
    await well(b1, settleMs);
  });

  afterEach(async () => powerOn(nodes));

  afterAll(async () => lab.close());

  test('one machine, one command, one application: works in a browser, over HTTPS', async () => {
    const authority = await startAuthority(lab.machine('b6'), vip);
    await deploySample(b1);
    await muster(
      b1,
      'settings',
      'set',
      '--yes',
      'balancer.acme.agreed=true',
      `balancer.acme.directory=${authority.directory}`,
      `balancer.acme.authority=${authority.certificate}`,
      // The load below speaks http.
      'balancer.https=both',
    );
    await muster(b1, 'cert', 'request', '--domain', sampleHost);
    root = await authority.root();
    await using browser = await openBrowser({ hosts: { [sampleHost]: vip }, authorities: [root] });
    const page = await browser.page();
    await eventually('the browser takes the page for genuine', () => page.goto(`https://${sampleHost}/`), {
      deadlineMs: certificateMs,
    });
    expect(await page.title()).toBe('Guest book');
    const kept = await page.evaluate(async () => {
      const post = (path: string): Promise<number> =>
        fetch(path, { method: 'POST', body: 'from a browser' }).then(({ status }) => status);
      return [await post('/entries?name=hello'), await post('/uploads?name=photo')];
    });
    expect(kept).toEqual([201, 201]);
    await page.reload();
    // The session counts on, the row is there, and the style sheet is in force.
    expect(await page.textContent('#visits')).toBe('2');
    expect(await page.textContent('li')).toBe('hello from a browser');
    expect(await page.evaluate('getComputedStyle(document.body).fontFamily')).not.toBe('"Times New Roman"');
  });

  test('grown to five, its roles moved apart: no request fails, no row and no upload is lost', async () => {
    const ledger = startLedger({ address: vip, host: sampleHost, entriesPerSecond: 20, uploadsPerSecond: 2 });
    const common = { host: sampleHost, timeoutMs: 20_000 };
    const pages = startLoad({ ...common, url: `http://${vip}/`, requestsPerSecond: 30 });
    const files = startLoad({ ...common, url: `http://${vip}/style.css`, requestsPerSecond: 150 });
    await joinAll(b1, nodes.slice(1, 3));
    await joinAll(b1, nodes.slice(3));
    await agree(nodes, allReady(5), settleMs);
    await moveApart(b1, nodes);
    await agree(nodes, asPlaced, settleMs);
    const [written, ...read] = await Promise.all([ledger.stop(), pages.stop(), files.stop()]);
    const sent = read.map((report) => report.sent).join(' pages and ');
    process.stderr.write(`site: ${JSON.stringify(written)}, ${sent} files\n`);
    expect(read.flatMap((report) => report.failures)).toEqual([]);
    expect(written.kinds).toEqual({});
    expect(await ledger.lost()).toEqual([]);
  });

  test.each([
    { name: 'b5', carries: 'a web server, a replica and a copy of the files', hand: undefined },
    { name: 'b2', carries: 'a balancer and a cache', hand: undefined },
    { name: 'b3', carries: 'the primary of the database', hand: /muster db promote/ },
    { name: 'b1', carries: 'the holder of the VIP, a cache and the decisions', hand: undefined },
  ])(
    '$name, $carries, loses its power: pages, files and the sessions of other nodes go on',
    async ({ name, hand }) => {
      const victim = lab.machine(name);
      const other = name === 'b1' ? lab.machine('b2') : b1;
      expect((await statusOf(other)).risks.map(({ sentence }) => sentence)).toContain(oneOfTwo);
      const visitors = await returningVisitors(lab, victim);
      const ledger = startLedger({
        address: vip,
        host: sampleHost,
        entriesPerSecond: 5,
        uploadsPerSecond: 1,
      });
      await victim.kill();
      const newcomersMs = await comeTwice(newVisitors);
      await eventually(
        'the others know',
        async () => (await statusOf(other)).nodes.some((node) => node.name === name && isGone(node.verdict)),
        { deadlineMs: settleMs },
      );
      await eventually('pages are served', pageIsThere, { deadlineMs: settleMs });
      const { risks, verdict } = await statusOf(other);
      const commands = risks.map(({ next }) => next).join('; ');
      process.stderr.write(`site: without ${name}: ${verdict.sentence} ${commands}\n`);
      if (hand !== undefined) expect(commands).toMatch(hand);
      const pages = startLoad({
        url: `http://${vip}/`,
        host: sampleHost,
        requestsPerSecond: 20,
        timeoutMs: 20_000,
      });
      await pause(calmMs);
      expect((await pages.stop()).failures).toEqual([]);
      const visitMs = await visitors.goOn();
      await victim.start();
      await agree(nodes, asPlaced, settleMs);
      const { all, lost, again } = await visitors.stop();
      process.stderr.write(
        `site: ${name} was away: ${lost} of ${all} sessions lost, ${again} of them again when it came back; ` +
          `all came again within ${visitMs} ms; ` +
          `${newVisitors} new ones had their second visit ${newcomersMs} ms after the end\n`,
      );
      const written = await ledger.stop();
      process.stderr.write(`site: ${name} was away: ${JSON.stringify(written)}\n`);
      expect(await ledger.lost()).toEqual([]);
    },
  );
});

const isGone = (verdict: string): boolean => verdict === 'unreachable' || verdict === 'dead';

/** Visitors with sessions on every cache, who come again and again while a machine is away. */
interface ReturningVisitors {
  /**
   * Whoever comes is counted on, but for those whose session lay on the machine: they began anew, and go on from there.
   * Returns how long it took until everyone had come again.
   */
  goOn(): Promise<number>;
  /** Once the machine is back: the same still holds. Says how many sessions were lost, and again with its return. */
  stop(): Promise<{ readonly all: number; readonly lost: number; readonly again: number }>;
}

async function returningVisitors(lab: Lab, victim: LabMachine): Promise<ReturningVisitors> {
  const caches = places.cache.map((name) => lab.machine(name));
  const webs = places.web.map((name) => lab.machine(name));
  await poolIs(webs, caches.length, settleMs);
  const held = await openSessions(caches);
  const all = [...held.values()].flat();
  const doomed = held.get(victim.name) ?? [];
  const visits = keepVisiting(all);
  const goOn = async (): Promise<number> => {
    const begunMs = performance.now();
    const before = all.map((session) => session.visits);
    await eventually(
      'every session is counted on',
      async () => all.every((session, at) => session.visits > (before[at] ?? 0)),
      { deadlineMs: patienceMs },
    );
    expect(cookiesOf(all.filter(({ lost }) => lost > 0))).toEqual(cookiesOf(doomed));
    return Math.round(performance.now() - begunMs);
  };
  return {
    goOn,
    stop: async () => {
      await poolIs(webs, caches.length, settleMs);
      await pause(visitsMs);
      await goOn();
      await visits.stop();
      const again = doomed.filter(({ lost }) => lost > 1).length;
      return { all: all.length, lost: doomed.length, again };
    },
  };
}

const cookiesOf = (sessions: readonly Session[]): string[] => sessions.map(({ cookie }) => cookie);

/** True where the sample application's page comes through the VIP. */
async function pageIsThere(): Promise<boolean> {
  return (await hostedPage(vip, sampleHost)).status === 200;
}

/** New visitors, at once: each finds its first visit counted at the second. Returns how long that took. */
async function comeTwice(visitors: number): Promise<number> {
  const begunMs = performance.now();
  await Promise.all(
    Array.from({ length: visitors }, async () => {
      const session = new Session();
      await session.visit();
      await session.visit();
      expect([session.visits, session.lost]).toEqual([2, 0]);
    }),
  );
  return Math.round(performance.now() - begunMs);
}

/** Gives every role to those who shall have it, then takes it from the others; the database moves in between. */
async function moveApart(operator: LabMachine, nodes: readonly LabMachine[]): Promise<void> {
  for (const role of roles) {
    for (const name of places[role]) await muster(operator, 'role', 'set', name, role);
  }
  await agree(
    nodes,
    (all) =>
      roles.every((role) =>
        places[role].every((name) =>
          all.some(
            (node) =>
              node.name === name && node.roles.some((one) => one.role === role && one.state === 'ready'),
          ),
        ),
      ),
    settleMs,
  );
  await muster(operator, 'db', 'switchover', 'b3');
  for (const role of roles) {
    const others = nodes.map(({ name }) => name).filter((name) => !places[role].some((one) => one === name));
    for (const name of others) await muster(operator, 'role', 'forbid', name, role);
  }
}
