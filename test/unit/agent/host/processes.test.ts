import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import {
  identify,
  isAlive,
  parseStat,
  processStat,
  sessionOf,
  signalProcess,
} from '../../../../agent/host/processes.ts';

const tail = '0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 2400256 0';

describe('parseStat', () => {
  it.each([
    [
      'a plain name',
      `7 (apache2) S 1 7 7 ${tail}`,
      { pid: 7, state: 'S', group: 7, session: 7, startTicks: 98765 },
    ],
    [
      'a name like a field',
      `7 (a) R (b)) Z 1 5 6 ${tail}`,
      { pid: 7, state: 'Z', group: 5, session: 6, startTicks: 98765 },
    ],
  ])('reads %s', (_, text, expected) => {
    expect(parseStat(text)).toEqual(expected);
  });

  it.each([[''], ['7 (half'], ['7 (half) S 1 7']])('gives up on %j', (text) => {
    expect(parseStat(text)).toBeUndefined();
  });
});

describe('process identity', () => {
  it('knows this very process, and not another start or boot of the number', () => {
    const self = identify(process.pid);
    if (self === undefined) throw new Error('this process is not in /proc');

    expect(isAlive(self)).toBe(true);
    expect(isAlive({ ...self, startTicks: self.startTicks - 1 })).toBe(false);
    expect(isAlive({ ...self, boot: 'another' })).toBe(false);
  });

  it('finds the session of a leader, and nothing for another process of the number', async () => {
    const child = spawn('sh', ['-c', 'sleep 60 & wait'], { detached: true, stdio: 'ignore' });
    const leader = identify(child.pid ?? 0);
    if (leader === undefined) throw new Error('the child is not in /proc');
    try {
      await expect.poll(() => sessionOf(leader).length).toBe(2);
      expect(sessionOf({ ...leader, startTicks: leader.startTicks + 1 })).toEqual([]);
      expect(sessionOf({ ...leader, boot: 'another' })).toEqual([]);
    } finally {
      process.kill(-leader.pid, 'SIGKILL');
    }
    await once(child, 'exit');
    expect(processStat(leader.pid)).toBeUndefined();
    expect(isAlive(leader)).toBe(false);
  });
});

describe('a zombie', () => {
  it('is dead', async () => {
    // What the shell turns into never collects the child.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (text) => resolve(Number(text))),
    );
    try {
      await expect.poll(() => processStat(pid)?.state).toBe('Z');
      const zombie = identify(pid);
      expect(zombie !== undefined && isAlive(zombie)).toBe(false);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

describe('signalProcess', () => {
  const self = identify(process.pid) ?? { pid: 0, startTicks: 0, boot: '' };

  it('signals nobody else who has the number now', () => {
    using kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    signalProcess({ ...self, startTicks: 1 }, 'SIGKILL');
    expect(kill).not.toHaveBeenCalled();
    signalProcess(self, 'SIGTERM');
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGTERM');
  });

  it.each([
    ['ESRCH', undefined],
    ['EPERM', 'EPERM'],
  ])('a process that ends between the look and the signal is no error: %s', (code, thrown) => {
    using _kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
    const signal = (): void => signalProcess(self, 'SIGTERM');
    if (thrown === undefined) expect(signal).not.toThrow();
    else expect(signal).toThrow(thrown);
  });
});
