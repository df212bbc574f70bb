import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TokenReport } from '../../../agent/api/contract.ts';
import { agree, whole } from '../harness/agreement.ts';
import { mastersOf } from '../harness/arp.ts';
import { type ArpWatch, openArpWatch } from '../harness/arp-watch.ts';
import { install } from '../harness/cluster.ts';
import { withOtherPin } from '../harness/forged.ts';
import { lifeOf, rostersAre, watchRosters } from '../harness/haproxy.ts';
import { type HolderWatch, watchHolders } from '../harness/holders.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../harness/index.ts';
import { join, joinAll, lineFor, paste, tokenOn } from '../harness/join.ts';
import { bringKeysBack, keepKeys } from '../harness/old-keys.ts';
import { drained, holderAmong, keepToPages, membersBy, muster, partsOf } from '../harness/operator.ts';
import { overhear } from '../harness/overhear.ts';
import { openProbe, pageCame } from '../harness/probe.ts';
import { strangerHere, strangerOn } from '../harness/stranger.ts';
import { putSlowPage, startVisitors, vip } from '../harness/visitors.ts';

/** A machine that boots beside others on two cores, and everything on it that starts. */
const settleMs = 90_000;

/** The issue says 3 s out of the rosters, 1 s without a page; in CI it is three times the figure. */
const outMs = 9_000;
const silenceMs = 3_000;

/** All machines off at once: from the last one's start to a page. */
const servingMs = 60_000;

/** The short form of a minute without agents. */
const awayMs = 10_000;

/** Goes on a moment longer, so that what comes late is counted. */
const calmMs = 4_000;

/** Two clocks, and the steps in which the holder is looked for. */
const clockMs = 300;

const gossipPort = 7700;
/** Every port that is muster's whatever the role, and those that strangers try first. */
const knocked = [22, 80, 443, 3306, 7700, 7701, 7702, 7703, 8080, 8081, 11211];

const page = `http://${vip}/`;

describe('from one machine to many', () => {
  let lab: Lab;
  let arp: ArpWatch;
  let holders: HolderWatch;
  let b1: LabMachine;
  let b4: LabMachine;
  let three: readonly LabMachine[];
  /** Lets one machine in. */
  let single: TokenReport;
  /** Good for a minute. */
  let brief: TokenReport;

  beforeAll(async () => {
    lab = await openLab({ machines: 4, bare: true });
    [b1, b4] = [lab.machine('b1'), lab.machine('b4')];
    three = lab.machines.slice(0, 3);
    arp = await openArpWatch(vip);
    holders = watchHolders(lab.machines, vip);
    await install(b1, ['--vip', vip]);
    await keepToPages(b1);
    brief = await tokenOn(b1, { minutes: 1 });
  });

  afterAll(async () => lab.close());

  const allWell = (): Promise<unknown> => agree(three, whole(3), settleMs);

  test('one line pasted on two machines: all three say the same, and serve together behind one address', async () => {
    await joinAll(b1, three.slice(1));
    const { balancers } = await partsOf(three, settleMs);
    await rostersAre(balancers, three, settleMs);
    await holderAmong(balancers, settleMs);
    for (const machine of three) await putSlowPage(machine);
    expect(await pageCame(page)).toBe(true);
  });

  test('one machine comes, one is drained and back, one goes for good: no request fails, nothing is reloaded', async () => {
    const { balancers, others } = await partsOf(three, settleMs);
    const livesBefore = await Promise.all(balancers.map(lifeOf));
    const load = startVisitors();
    single = await tokenOn(b1, { uses: 1 });
    await Promise.all([join(b4, single), putSlowPage(b4)]);
    await agree(lab.machines, whole(4), settleMs);
    await rostersAre(balancers, lab.machines, settleMs);

    const web = others[0] ?? b4;
    await muster(b1, 'node', 'drain', web.name);
    await agree(lab.machines, drained(web.name), settleMs);
    await rostersAre(
      balancers,
      lab.machines.filter((one) => one !== web),
      settleMs,
    );
    await muster(b1, 'node', 'undrain', web.name);
    await rostersAre(balancers, lab.machines, settleMs);

    await keepKeys(b4);
    await muster(b1, 'node', 'rm', b4.name, '--yes');
    await allWell();
    await rostersAre(balancers, three, settleMs);
    await pause(calmMs);
    const seen = await load.stop();
    const lives = await Promise.all(balancers.map(lifeOf));
    expect({ failures: seen.failures, lives }).toEqual({ failures: [], lives: livesBefore });
  });

  test('the machine that has the address is drained: visitors move over, and at most what was in flight is lost', async () => {
    const holder = await holderAmong(three, settleMs);
    const load = startVisitors();
    await muster(holder, 'node', 'drain', holder.name);
    const next = await holderAmong(
      three.filter((one) => one !== holder),
      settleMs,
    );
    const movedAt = Date.now();
    await pause(calmMs);
    const seen = await load.stop();
    const moved = movedAt - seen.startedAt;
    const elsewhen = seen.failures.filter(
      ({ atMs, tookMs }) => atMs > moved + clockMs || atMs + tookMs < moved - clockMs,
    );
    expect(elsewhen, `it moved at ${moved} ms`).toEqual([]);
    await muster(holder, 'node', 'undrain', holder.name);
    await allWell();
    expect(await holderAmong(three, settleMs)).toBe(next);
  });

  test('a web machine loses its power: only POSTs that it had in hand are lost, and back it serves by itself', async () => {
    const { balancers, others } = await partsOf(three, settleMs);
    const web = others[0] ?? b1;
    const load = startVisitors();
    const killedMs = performance.now();
    await web.kill();
    await rostersAre(balancers, balancers, settleMs);
    expect(performance.now() - killedMs).toBeLessThan(outMs);
    const outAt = Date.now();
    await web.start();
    await allWell();
    await rostersAre(balancers, three, settleMs);
    await pause(calmMs);
    const seen = await load.stop();
    const out = outAt - seen.startedAt;
    expect(seen.failures.filter(({ post, atMs }) => !post || atMs > out)).toEqual([]);
  });

  test('the machine that has the address loses its power: the page is there again at once', async () => {
    const holder = await holderAmong(three, settleMs);
    const probe = openProbe(page);
    await holder.kill();
    const next = await holderAmong(three, settleMs);
    await pause(calmMs);
    expect(await probe.stop()).toBeLessThan(silenceMs);
    await holder.start();
    await allWell();
    expect(await holderAmong(three, settleMs)).toBe(next);
  });

  test('HAProxy dies on the machine that has the address: the page is there again at once', async () => {
    const holder = await holderAmong(three, settleMs);
    const probe = openProbe(page);
    await holder.exec(['pkill', '-9', 'haproxy']);
    await pause(calmMs);
    expect(await probe.stop()).toBeLessThan(silenceMs);
    await allWell();
  });

  test('agents killed and stopped, one after another and all at once: no request fails, no roster changes', async () => {
    const { balancers } = await partsOf(three, settleMs);
    await rostersAre(balancers, three, settleMs);
    const load = startVisitors();
    const rosters = watchRosters(balancers);
    for (const machine of three) {
      await machine.exec(['systemctl', 'kill', '--signal=KILL', 'muster']);
      await pause(calmMs);
    }
    await Promise.all(three.map((machine) => machine.exec(['systemctl', 'stop', 'muster'])));
    await pause(awayMs);
    await Promise.all(three.map((machine) => machine.exec(['systemctl', 'start', 'muster'])));
    await allWell();
    const seen = await load.stop();
    expect(seen.failures).toEqual([]);
    const whole3 = three.map(({ address }) => address).join(' ');
    const { rosters: had, idle } = await rosters.stop();
    expect(had, idle.join('\n')).toEqual(balancers.map(({ name }) => `${name}: ${whole3}`));
  });

  test('all machines lose their power and come back in another order: they serve within a minute, by themselves', async () => {
    await Promise.all(three.map((machine) => machine.kill()));
    for (const machine of three.toReversed()) await machine.start();
    await eventually('the page is back', () => pageCame(page), {
      deadlineMs: servingMs,
    });
    await allWell();
  });

  test('a machine that was removed comes back with all its old keys: it is told so, and the cluster goes on', async () => {
    await bringKeysBack(b4);
    try {
      await eventually(
        'it says that it was removed',
        async () => {
          const { stdout, stderr } = await b4.exec(['muster', 'status'], { reject: false });
          if (/removed/.test(stdout + stderr)) return true;
          throw new Error(stdout + stderr);
        },
        { deadlineMs: settleMs },
      );
      await allWell();
    } finally {
      await b4.exec(['muster', 'uninstall', '--yes', '--purge-data']);
    }
  });

  const refusals = {
    expired: { lines: () => brief.lines, says: /good until|expired/ },
    'used up': { lines: () => single.lines, says: /used up/ },
    revoked: { lines: revokedLines, says: /revoked/ },
  };
  test.each(Object.entries(refusals))(
    'a line that is %s is refused with the reason, and nothing is written',
    async (_what, { lines, says }) => {
      const line = await lineFor(b4, await lines());
      const said = await paste(b4, line);
      expect(said.exitCode).not.toBe(0);
      expect(said.stdout + said.stderr).toMatch(says);
      expect(said.stderr).not.toMatch(/\n\s+at /);
      expect(await traces(b4)).toBe('');
      await allWell();
    },
  );

  test('a line with the pin of another key: the answer is not run, and nothing is written', async () => {
    const said = await paste(b4, await lineFor(b4, withOtherPin(await tokenOn(b1))));
    expect(said.stderr).toMatch(/public key does not match/);
    expect(said.stdout).toBe('');
    expect(await traces(b4)).toBe('');
  });

  /** What muster leaves on a machine where it was let in. */
  async function traces(machine: LabMachine): Promise<string> {
    const folders = 'ls -d /etc/muster /var/lib/muster /opt/muster';
    return (await machine.exec(['sh', '-c', folders], { reject: false })).stdout;
  }

  async function revokedLines(): Promise<TokenReport['lines']> {
    const token = await tokenOn(b1);
    await muster(b1, 'token', 'revoke', token.id);
    return token.lines;
  }

  test('strangers on the wire send garbage and repeat what they heard: nobody notices', async () => {
    const before = await membersBy(b1);
    const load = startVisitors();
    const heard = await overhear(gossipPort, async () => {
      await b1.exec(['systemctl', 'restart', 'muster']);
      await allWell();
    });
    expect(heard.udp.length).toBeGreaterThan(0);
    expect(heard.tcp.length).toBeGreaterThan(0);
    const strangers = [strangerHere(), await strangerOn(b4)];
    for (const { address } of three) {
      for (const stranger of strangers) {
        await stranger.garbage(address, 5);
        await stranger.replay(address, gossipPort, heard);
      }
    }
    await allWell();
    const seen = await load.stop();
    expect(seen.failures).toEqual([]);
    expect(await membersBy(b1)).toEqual(before);
  });

  test('a stranger who knocks finds HTTP on the balancers, gossip and the API, and nothing else', async () => {
    const { balancers, others } = await partsOf(three, settleMs);
    const stranger = await strangerOn(b4);
    const found = async (machines: readonly LabMachine[]): Promise<ReadonlyArray<readonly number[]>> =>
      Promise.all(machines.map(({ address }) => stranger.scan(address, knocked)));
    expect(await found(balancers)).toEqual(balancers.map(() => [80, 7700, 7701]));
    expect(await found(others)).toEqual(others.map(() => [7700, 7701]));
  });

  test.each([
    { words: ['node', 'show', 'nobody'], said: /nobody/ },
    { words: ['node', 'drain', 'nobody'], said: /nobody/ },
    { words: ['node', 'rm', 'nobody', '--yes'], said: /nobody/ },
    { words: ['node', 'rm', 'b2'], said: /--yes/ },
    { words: ['node', 'lst'], said: /ls/ },
    { words: ['role', 'set', 'nobody', 'web'], said: /nobody/ },
    { words: ['role', 'set', 'b2', 'wbe'], said: /web/ },
    { words: ['role', 'forbid', 'b2', 'node'], said: /node/ },
    { words: ['token', 'create', '--uses', '0'], said: /0/ },
    { words: ['token', 'create', '--minutes', 'many'], said: /many/ },
    { words: ['token', 'revoke', 'tnone'], said: /tnone/ },
    { words: ['token', 'inspect', 'muster1.cut'], said: /token/ },
    { words: ['settings', 'set', 'cluster.vip=10.77.0.300', '--yes'], said: /10\.77\.0\.300/ },
  ])('muster $words: a usage error with a sentence, and nothing changes', async ({ words, said }) => {
    const before = await membersBy(b1);
    const ended = await b1.exec(['muster', ...words], { reject: false });
    expect(ended.exitCode, ended.stderr).toBe(2);
    expect(ended.stderr).toMatch(said);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(await membersBy(b1)).toEqual(before);
  });

  test('in all of this the address never had two masters', async () => {
    const { reigns, overlaps } = mastersOf(await arp.stop());
    expect([overlaps, await holders.stop()]).toEqual([[], []]);
    // It was drained once, killed twice and lost its HAProxy: a watch that saw no move has seen nothing.
    expect(reigns.length).toBeGreaterThan(2);
  });
});
