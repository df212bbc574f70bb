import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemCommands } from '../../../../agent/host/commands.ts';
import { processStat } from '../../../../agent/host/processes.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-child-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** Whoever was told to end takes a moment. */
async function endsSoon(pid: number): Promise<void> {
  await vi.waitFor(() => expect(processStat(pid)?.state ?? 'Z').toBe('Z'));
}

describe('a program that is ended', () => {
  const left = {
    'waits for what it started': 'sleep 30 & echo $!; wait',
    'has ended, and what it started holds its output': 'sleep 30 & echo $!',
    'has an own child in between': 'sh -c "sleep 30 & echo \\$!; wait"; true',
  };

  it.each(Object.entries(left))('takes along what it started, when it %s', async (_, script) => {
    const pids: number[] = [];
    const options = { timeoutMs: 200, onLine: (line: string) => void pids.push(Number(line)) };

    await expect(systemCommands.run(['sh', '-c', script], options)).rejects.toMatchObject({
      code: 'command-timeout',
    });

    const [pid = 0] = pids;
    expect(pid).toBeGreaterThan(1);
    await endsSoon(pid);
  });

  it('is not even started where the signal has come before', async () => {
    const path = join(directory, 'made');

    const result = await systemCommands.run(['touch', path], { signal: AbortSignal.abort() });

    expect(result).toEqual({ exitCode: 143, stdout: '', stderr: '' });
    await expect(access(path)).rejects.toThrow('ENOENT');
  });

  it('has said more than anybody reads', async () => {
    const result = await systemCommands.run(['head', '-c', String(40 * 1024 * 1024), '/dev/zero']);

    expect(result.exitCode).not.toBe(0);
    expect(result.stdout.length).toBeLessThanOrEqual(16 * 1024 * 1024);
  });
});

describe('what a program says', () => {
  const many = 100_000;

  it('has its characters whole, in whatever pieces they come', async () => {
    const script = `process.stdout.write('x' + 'ä€'.repeat(${String(many)}))`;

    const { stdout } = await systemCommands.run([process.execPath, '-e', script]);

    expect(stdout === `x${'ä€'.repeat(many)}`).toBe(true);
  });

  it.each([
    { name: 'bytes that are no character', bytes: '\\377a', text: '\ufffda' },
    { name: 'half a character at the end', bytes: 'a\\303', text: 'a\ufffd' },
  ])('has a mark for $name', async ({ bytes, text }) => {
    expect((await systemCommands.run(['printf', bytes])).stdout).toBe(text);
  });

  it('does not hang on what it was told and did not read', async () => {
    const { exitCode } = await systemCommands.run(['true'], { input: 'x'.repeat(1_000_000) });

    expect(exitCode).toBe(0);
  });
});

describe('the end of the agent', () => {
  const commands = join(import.meta.dirname, '../../../../agent/host/commands.ts');

  /** An agent that starts a program, which writes its number into a file, and ends. */
  async function pidAfterEnd(options: object): Promise<number> {
    const pidPath = join(directory, 'pid');
    const agent = `
      import { existsSync } from 'node:fs';
      const { systemCommands } = await import(${JSON.stringify(commands)});
      const script = 'echo $$ > ${pidPath}.new; mv ${pidPath}.new ${pidPath}; exec sleep 30';
      void systemCommands.run(['sh', '-c', script], ${JSON.stringify(options)});
      setInterval(() => { if (existsSync(${JSON.stringify(pidPath)})) process.exit(7); }, 10);`;
    const { exitCode } = await systemCommands.run([process.execPath, '--input-type=module', '-e', agent]);
    expect(exitCode).toBe(7);
    return Number(await readFile(pidPath, 'utf8'));
  }

  it('is that of a program whose output it reads', async () => {
    await endsSoon(await pidAfterEnd({}));
  });

  it('is not that of a program which writes into a log', async () => {
    const pid = await pidAfterEnd({ logPath: join(directory, 'x.log') });
    try {
      expect(processStat(pid)?.state).toBe('S');
    } finally {
      process.kill(pid);
    }
  });
});
