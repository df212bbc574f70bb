import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agree, type Fits } from '../../harness/agreement.ts';
import { install, statusOf, well } from '../../harness/cluster.ts';
import { eventually, type Lab, type LabMachine, openLab, startLoad } from '../../harness/index.ts';
import { startLedger } from '../../harness/ledger.ts';
import { muster } from '../../harness/operator.ts';
import { installPatiently, joinPatiently } from '../../harness/patient.ts';
import { deploySample, sampleHost } from '../../harness/sample.ts';

const shared = '/var/lib/muster/shared';
const emulated = { init: 'kernel', memBytes: 3 * 2 ** 30 } as const;

/** Emulated machines, two of them on two cores; nothing hangs on the figure. */
const settleMs = 900_000;

/** Several of these steps, one after another. */
const storyMs = 2_700_000;

/** Two tries of 5 s, and what an emulated machine adds to it. */
const heldMs = 20_000;

/** What touches several files waits for each of them. */
const refusedMs = 120_000;

/** Of two machines: both alive, everything ready. */
const bothReady: Fits = (nodes) =>
  nodes.length === 2 &&
  nodes.every(({ verdict, roles }) => verdict === 'alive' && roles.every(({ state }) => state === 'ready'));

const risksOn = async (machine: LabMachine): Promise<Record<string, string>> => {
  const { risks } = await statusOf(machine);
  return Object.fromEntries(risks.map(({ code, sentence }) => [code, sentence]));
};

/** What a machine's own web server answers: its status, and what it says. */
async function ask(machine: LabMachine, path: string, body?: string): Promise<readonly [number, string]> {
  const url = `http://${machine.address}:8081${path}`;
  const post = body === undefined ? [] : ['--data-binary', body];
  const limits = ['--max-time', String(refusedMs / 1000), '--write-out', '\n%{http_code}'];
  const words = ['curl', '--silent', ...limits, '--header', `Host: ${sampleHost}`, ...post, url];
  const { stdout } = await machine.exec(words, { reject: false });
  const lines = stdout.split('\n');
  return [Number(lines.at(-1)), lines.slice(0, -1).join('\n').trim()];
}

/** How the common files are mounted where the applications look for them. */
async function mountedAs(machine: LabMachine): Promise<string> {
  const said = await machine.exec(['findmnt', '--noheadings', '--output', 'FSTYPE', shared], {
    reject: false,
  });
  return said.stdout.trim().split('\n').at(-1) ?? '';
}

const served = (machine: LabMachine): Promise<true> =>
  eventually(
    `${machine.name} has the files by NFS`,
    async () => (await mountedAs(machine)) === 'nfs4' || undefined,
    { deadlineMs: settleMs, everyMs: 1_000 },
  );

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

  test('where the kernel cannot, the files stay where they are, and status and doctor say why', async () => {
    await install(b3);
    await well(b3, settleMs);
    await b3.exec(['sh', '-c', `echo here > ${shared}/before`]);
    await muster(b3, 'settings', 'set', '--yes', 'storage.driver=nfs');
    const risks = await eventually(
      'status says it',
      async () => {
        const seen = await risksOn(b3);
        return 'no-nfs' in seen ? seen : undefined;
      },
      { deadlineMs: settleMs },
    );
    expect(risks['no-nfs']).toContain('the kernel of b3 cannot do');
    const { stdout } = await b3.exec(['muster', 'doctor'], { reject: false });
    expect(stdout).toContain('the kernel of b3 cannot do');
    expect(await b3.readFile(`${shared}/before`)).toBe('here\n');
    await b3.kill();
  });

  test(
    'a second joins: what is uploaded at one is read at the other',
    async () => {
      await installPatiently(b1);
      await well(b1, settleMs);
      await deploySample(b1);
      expect(await ask(b1, '/uploads?name=first', 'of b1')).toMatchObject([201, {}]);
      await muster(b1, 'settings', 'set', '--yes', 'storage.driver=nfs');
      await joinPatiently(b2, b1);
      await served(b2);
      await agree([b1, b2], bothReady, settleMs);
      expect(await ask(b2, '/uploads?name=first')).toEqual([200, 'of b1']);
      expect((await ask(b2, '/uploads?name=second', 'of b2'))[0]).toBe(201);
      expect(await ask(b1, '/uploads?name=second')).toEqual([200, 'of b2']);
      expect(await risksOn(b1)).toHaveProperty('one-copy');
    },
    storyMs,
  );

  test(
    'who mounts them loses its power: back it has them again',
    async () => {
      await b2.kill();
      await b2.start();
      await served(b2);
      await agree([b1, b2], bothReady, settleMs);
      expect(await ask(b2, '/uploads?name=first')).toEqual([200, 'of b1']);
    },
    storyMs,
  );

  test(
    'who keeps them loses its power: pages go on, uploads are refused, and nothing is lost',
    async () => {
      const common = { host: sampleHost, keepAliveShare: 0, timeoutMs: heldMs };
      const pages = startLoad({ ...common, url: `http://${b2.address}/`, requestsPerSecond: 0.5 });
      const ledger = startLedger({
        address: b2.address,
        host: sampleHost,
        entriesPerSecond: 0,
        uploadsPerSecond: 0.2,
      });
      await b1.kill();
      const risks = await eventually(
        'status says that the only copy is away',
        async () => {
          const seen = await risksOn(b2);
          return 'files-away' in seen ? seen : undefined;
        },
        { deadlineMs: settleMs },
      );
      expect(risks['files-away']).toContain('on b1');
      const [status, sentence] = await ask(b2, '/uploads?name=third', 'of nobody');
      expect(status, sentence).toBe(503);
      await b1.start();
      await served(b2);
      await agree([b1, b2], bothReady, settleMs);
      await eventually(
        'uploads are kept again',
        async () => (await ask(b2, '/uploads?name=fourth', 'x'))[0] === 201,
        {
          deadlineMs: settleMs,
        },
      );
      const [read, written] = await Promise.all([pages.stop(), ledger.stop()]);
      process.stderr.write(
        `nfs: ${JSON.stringify(written)}; ${read.sent} pages, p99 ${JSON.stringify(read)}\n`,
      );
      expect(read.failures).toEqual([]);
      expect(await ledger.lost()).toEqual([]);
      expect(await ask(b1, '/uploads?name=first')).toEqual([200, 'of b1']);
      expect(await ask(b1, '/uploads?name=second')).toEqual([200, 'of b2']);
    },
    storyMs,
  );
});
