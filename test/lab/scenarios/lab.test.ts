import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually, type Lab, type LabMachine, openLab, startLoad } from '../harness/index.ts';
import { traces } from '../harness/traces.ts';

const PING = ['bash', '-c', 'exec 3<>/dev/tcp/$0/9 && echo answered'] as const;
const REFUSAL_DEADLINE_MS = 1_500;

/** A closed port answers with a refusal: proof of a packet there and one back. */
const reaches = async (from: LabMachine, to: LabMachine): Promise<boolean> => {
  const said = await from.exec([...PING, to.address], { reject: false, timeoutMs: REFUSAL_DEADLINE_MS });
  return said.stderr.includes('refused');
};

describe('the lab itself', () => {
  let before: string[];
  let lab: Lab;
  let b1: LabMachine;
  let b2: LabMachine;

  beforeAll(async () => {
    before = await traces();
    lab = await openLab({
      machines: 2,
      bare: true,
      shape: { b2: { init: 'none', memBytes: 512 * 2 ** 20 } },
    });
    [b1, b2] = [lab.machine('b1'), lab.machine('b2')];
  });

  afterAll(async () => lab.close());

  test('a second one is refused, naming who holds it', async () => {
    await expect(openLab({ machines: 1, bare: true })).rejects.toThrow(/holds it since/);
  });

  test('a command gets its input and gives its output, errors and exit code', async () => {
    const said = await b1.exec(['sh', '-c', 'cat; echo trouble >&2; exit 7'], {
      input: 'hello\n',
      reject: false,
    });
    expect(said).toEqual({ stdout: 'hello\n', stderr: 'trouble\n', exitCode: 7 });
    await expect(b1.exec(['false'])).rejects.toThrow(/ended with 1/);
  });

  test('a command that overstays is ended with its children', async () => {
    const said = await b1.exec(['sh', '-c', 'sleep 4711; true'], { timeoutMs: 300, reject: false });
    expect(said.exitCode).toBe(124);
    await eventually(
      'the child is gone',
      async () => (await b1.exec(['pgrep', '-f', 'sleep 4711'], { reject: false })).exitCode === 1,
      { deadlineMs: 5_000 },
    );
  });

  test('one boots systemd, the other is a container, each with its own limits and disk', async () => {
    expect((await b1.exec(['systemctl', 'is-system-running'], { reject: false })).stdout.trim()).toBe(
      'running',
    );
    expect((await b2.exec(['test', '-d', '/run/systemd/system'], { reject: false })).exitCode).toBe(1);
    const limit = '/sys/fs/cgroup/memory/memory.limit_in_bytes';
    expect((await b1.readFile(limit)).trim()).toBe(String(2 * 2 ** 30));
    expect((await b2.readFile(limit)).trim()).toBe(String(512 * 2 ** 20));
    expect((await b1.exec(['stat', '-f', '-c', '%T', '/srv'])).stdout.trim()).toBe('xfs');
    expect((await b1.exec(['sh', '-c', 'command -v curl haproxy'], { reject: false })).stdout).toBe('');
  });

  test('files and folders go in and come out', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lab-'));
    await writeFile(join(folder, 'a'), 'one', { mode: 0o750 });
    await b1.put(folder, '/root/in');
    await b1.get('/root/in/a', join(folder, 'b'));
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe('one');
    expect((await b1.exec(['stat', '-c', '%a', '/root/in/a'])).stdout.trim()).toBe('750');
    await rm(folder, { recursive: true });
  });

  test('a power loss takes the machine, and leaves its disk', async () => {
    for (const machine of [b1, b2]) {
      await machine.writeFile('/srv/kept', machine.name);
      await machine.writeFile('/etc/kept', machine.name);
      await machine.kill();
      expect(await machine.state()).toBe('off');
      await expect(machine.exec(['true'])).rejects.toThrow(/is off/);
      await machine.start();
      expect(await machine.readFile('/srv/kept')).toBe(machine.name);
      expect(await machine.readFile('/etc/kept')).toBe(machine.name);
    }
  });

  test('a link is cut one way, both ways, and mended', async () => {
    expect(await reaches(b1, b2)).toBe(true);
    await b1.cut(b2);
    expect(await reaches(b1, b2)).toBe(false);
    await b2.kill();
    await b2.start();
    expect(await reaches(b1, b2)).toBe(false);
    await b1.mend(b2);
    expect(await reaches(b1, b2)).toBe(true);
    await b2.cut(b1, { oneWay: true });
    expect(await reaches(b1, b2)).toBe(false);
    await b2.mend(b1);
  });

  test('packets get lost, and no longer do', async () => {
    await b2.loss(100);
    expect(await reaches(b1, b2)).toBe(false);
    await b2.loss(0);
    expect(await reaches(b1, b2)).toBe(true);
  });

  test('a client accounts for every request', async () => {
    const told: number[] = [];
    const load = startLoad({
      url: `http://${b1.address}:9/`,
      requestsPerSecond: 100,
      onFailure: ({ atMs }) => told.push(atMs),
    });
    await eventually('some went out', async () => told.length > 10, { deadlineMs: 5_000 });
    const report = await load.stop();
    expect(report).toMatchObject({ ok: 0, failed: report.sent, kinds: { refused: report.sent } });
    expect(told).toHaveLength(report.sent);
  });

  test('several links change at once', async () => {
    await Promise.all([b1.cut(b2), b1.loss(1), b2.loss(1)]);
    expect(await reaches(b1, b2)).toBe(false);
    await Promise.all([b1.mend(b2), b1.loss(0), b2.loss(0)]);
    expect(await reaches(b1, b2)).toBe(true);
  });

  test('a frozen machine stands still, and goes on', async () => {
    const before = await b1.readFile('/proc/sys/kernel/random/boot_id');
    await b1.freeze();
    expect(await b1.state()).toBe('frozen');
    await expect(b1.exec(['true'])).rejects.toThrow(/is frozen/);
    await b1.thaw();
    expect(await b1.readFile('/proc/sys/kernel/random/boot_id')).toBe(before);
  });

  test('nothing is left of it', async () => {
    await lab.close();
    expect(await traces()).toEqual(before);
  });
});
