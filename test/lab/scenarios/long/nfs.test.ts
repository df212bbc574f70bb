import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agree, type Fits } from '../../harness/agreement.ts';
import { install, statusOf, well } from '../../harness/cluster.ts';
import { readyServers } from '../../harness/haproxy.ts';
import { eventually, type Lab, type LabMachine, openLab, startLoad } from '../../harness/index.ts';
import { muster } from '../../harness/operator.ts';
import { installPatiently, joinPatiently } from '../../harness/patient.ts';
import { deployPagesPatiently, sampleHost } from '../../harness/sample.ts';

const shared = '/var/lib/muster/shared';
const emulated = { init: 'kernel', memBytes: 3 * 2 ** 30, cpus: 2 } as const;

/** Two emulated machines on two cores; nothing hangs on the figure. */
const settleMs = 300_000;

/** Several of these steps, one after another. */
const storyMs = 1_800_000;

/** No page touches the common files: it waits for nothing but a machine without power, and is slow by itself here. */
const heldMs = 20_000;

/** What touches several files waits for each of them. */
const refusedMs = 120_000;

/** Between two uploads of one visitor. */
const pauseMs = 1_000;

/** Of two machines: both alive, everything ready. */
const bothReady: Fits = (nodes) =>
  nodes.length === 2 &&
  nodes.every(({ verdict, roles }) => verdict === 'alive' && roles.every(({ state }) => state === 'ready'));

/** Waits for a risk, and returns its sentence. */
const riskOn = (machine: LabMachine, wanted: string): Promise<string> =>
  eventually(
    `status says ${wanted}`,
    async () => (await statusOf(machine)).risks.find(({ code }) => code === wanted)?.sentence,
    { deadlineMs: settleMs },
  );

/** What a machine's own web server answers about an upload, and its status; 0 where none came. */
async function ask(
  machine: LabMachine,
  name: string,
  ...words: string[]
): Promise<readonly [string, number]> {
  const url = `http://${machine.address}:8081/uploads?name=${name}`;
  const limits = ['--silent', '--max-time', String(refusedMs / 1000), '--write-out', '\n%{http_code}'];
  const argv = ['curl', ...limits, '--header', `Host: ${sampleHost}`, ...words, url];
  const { stdout } = await machine.exec(argv, { reject: false });
  const at = stdout.lastIndexOf('\n');
  return [stdout.slice(0, at), Number(stdout.slice(at + 1))];
}

const download = async (machine: LabMachine, name: string): Promise<string> => (await ask(machine, name))[0];

/** Every file holds its own name. */
const upload = (machine: LabMachine, name: string): Promise<readonly [string, number]> =>
  ask(machine, name, '--data-binary', name);

/** A web server that asks for no visitors yet may not have the application either. */
const found = (machine: LabMachine, name: string): Promise<true> =>
  eventually(
    `${machine.name} has ${name}`,
    async () => (await download(machine, name)) === name || undefined,
    { deadlineMs: settleMs, everyMs: 1_000 },
  );

interface Refusal {
  readonly status: number;
  readonly tookMs: number;
}

interface Uploads {
  /** The names of those that were acknowledged. */
  readonly kept: readonly string[];
  readonly refused: readonly Refusal[];
  stop(): Promise<void>;
}

/** Uploads to a machine's own web server, one after another: a visitor who waits for what becomes of each. */
function startUploads(machine: LabMachine): Uploads {
  const kept: string[] = [];
  const refused: Refusal[] = [];
  const ended = new AbortController();
  const uploading = (async () => {
    for (let count = 1; !ended.signal.aborted; count += 1) {
      const begunMs = performance.now();
      const [, status] = await upload(machine, `u${count}`);
      if (status === 201) kept.push(`u${count}`);
      else refused.push({ status, tookMs: Math.round(performance.now() - begunMs) });
      await pause(pauseMs);
    }
  })();
  const stop = async (): Promise<void> => {
    ended.abort();
    await uploading;
  };
  return { kept, refused, stop };
}

/** The web servers that its balancer has; asked inside, since a machine with its own kernel shows the host no socket. */
async function sentTo(machine: LabMachine): Promise<string> {
  const ask = 'echo show servers state | socat - /run/haproxy/admin.sock';
  const { stdout } = await machine.exec(['sh', '-c', ask], { reject: false });
  return readyServers(stdout).join(' ');
}

/** Waits until the common files are mounted from another node where the applications look for them. */
const served = (machine: LabMachine): Promise<true> =>
  eventually(
    `${machine.name} has the files by NFS`,
    async () => {
      const argv = ['findmnt', '--noheadings', '--output', 'FSTYPE', shared];
      const { stdout } = await machine.exec(argv, { reject: false });
      return stdout.trim().split('\n').at(-1) === 'nfs4' || undefined;
    },
    { deadlineMs: settleMs, everyMs: 1_000 },
  );

/** For whoever reads the run: how long a step took. */
const tell = (what: string, sinceMs: number): void =>
  void process.stderr.write(`nfs: ${what}: ${((performance.now() - sinceMs) / 1000).toFixed(1)} s\n`);

describe('the common files by NFS', () => {
  let lab: Lab;
  let b1: LabMachine;
  let b2: LabMachine;
  let b3: LabMachine;

  beforeAll(async () => {
    lab = await openLab({ machines: 3, shape: { b1: emulated, b2: emulated } });
    [b1, b2, b3] = [lab.machine('b1'), lab.machine('b2'), lab.machine('b3')];
  }, settleMs);

  afterAll(async () => lab.close());

  test('where the kernel cannot, the files stay where they are, and status says why', async () => {
    await install(b3);
    await well(b3, settleMs);
    await b3.exec(['sh', '-c', `echo here > ${shared}/before`]);
    await muster(b3, 'settings', 'set', '--yes', 'storage.driver=nfs');
    expect(await riskOn(b3, 'no-nfs')).toContain('the kernel of b3 cannot do');
    expect(await b3.readFile(`${shared}/before`)).toBe('here\n');
    await b3.kill();
  });

  test(
    'a second joins: what is uploaded at one is read at the other',
    async () => {
      const begunMs = performance.now();
      await installPatiently(b1);
      tell('the first is installed', begunMs);
      await deployPagesPatiently(b1);
      tell('the application is deployed', begunMs);
      expect(await upload(b1, 'first')).toContain(201);
      await muster(b1, 'settings', 'set', '--yes', 'storage.driver=nfs', 'storage.nodes=1');
      await joinPatiently(b2, b1);
      tell('the second has joined', begunMs);
      await served(b2);
      await agree([b1, b2], bothReady, settleMs);
      tell('both are ready', begunMs);
      await found(b2, 'first');
      expect(await upload(b2, 'second')).toContain(201);
      expect(await download(b1, 'second')).toBe('second');
      expect(await riskOn(b1, 'one-copy')).toContain('on b1');
    },
    storyMs,
  );

  test(
    'who mounts them loses its power: back it has them again',
    async () => {
      await b2.kill();
      const begunMs = performance.now();
      await b2.start();
      await served(b2);
      tell('mounted again after power on', begunMs);
      await agree([b1, b2], bothReady, settleMs);
      await found(b2, 'first');
    },
    storyMs,
  );

  test(
    'who keeps them loses its power: pages go on, uploads are refused, and nothing is lost',
    async () => {
      const pages = startLoad({
        url: `http://${b2.address}/up`,
        host: sampleHost,
        requestsPerSecond: 0.5,
        keepAliveShare: 0,
        timeoutMs: heldMs,
      });
      const uploads = startUploads(b2);
      await eventually('some are kept', async () => uploads.kept.length > 2, { deadlineMs: settleMs });
      // Ready is said before it is in a roster, here by half a minute.
      await eventually(
        'b2 sends pages to both',
        async () => (await sentTo(b2)) === `${b1.address} ${b2.address}`,
        {
          deadlineMs: settleMs,
          everyMs: 5_000,
        },
      );
      await b1.kill();
      expect(await riskOn(b2, 'files-away')).toContain('on b1');
      await eventually('some are refused', async () => uploads.refused.length > 2, { deadlineMs: settleMs });
      const [before, begunMs] = [uploads.kept.length, performance.now()];
      await b1.start();
      await eventually('they are kept again', async () => uploads.kept.length > before + 2, {
        deadlineMs: settleMs,
      });
      tell('uploads are kept again after power on', begunMs);
      await agree([b1, b2], bothReady, settleMs);
      const [read] = await Promise.all([pages.stop(), uploads.stop()]);
      process.stderr.write(`nfs: ${read.sent} pages, ${JSON.stringify(read.latencyMs)}\n`);
      const refusals = uploads.refused.map(({ status, tookMs }) => `${status} after ${tookMs} ms`);
      process.stderr.write(`nfs: ${uploads.kept.length} kept, refused: ${refusals.join(', ')}\n`);
      expect(read.failures).toEqual([]);
      // Each was told that it failed: by the application, or by the web server once a page had taken its minute.
      expect(uploads.refused.filter(({ status }) => status < 500)).toEqual([]);
      const there = await b1.exec(['ls', '/srv/muster/files/apps/shop/uploads']);
      const names = new Set(there.stdout.split('\n'));
      expect(['first', 'second', ...uploads.kept].filter((name) => !names.has(name))).toEqual([]);
      const last = uploads.kept.at(-1) ?? '';
      expect(await download(b2, last)).toBe(last);
    },
    storyMs,
  );
});
