import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemCommands } from '../../../../agent/host/commands.ts';
import { cleanEnvironment } from '../../../../agent/host/environment.ts';

const node = process.execPath;

describe('commands', () => {
  it('gives exit code and both outputs, and does not reject on failure', async () => {
    const script = 'console.log("out"); console.error("err"); process.exit(3)';

    const result = await systemCommands.run([node, '-e', script]);

    expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('hands words over as they are: no shell reads them', async () => {
    const word = '$HOME; echo `id` "two  blanks" *';

    const result = await systemCommands.run(['printf', '%s', word]);

    expect(result.stdout).toBe(word);
  });

  it('passes input, and without any the program finds the end', async () => {
    expect((await systemCommands.run(['cat'], { input: 'hello' })).stdout).toBe('hello');
    expect((await systemCommands.run(['cat'])).stdout).toBe('');
  });

  it('tells of a program that is not there', async () => {
    await expect(systemCommands.run(['no-such-program'])).rejects.toMatchObject({
      code: 'command-missing',
      message: 'no-such-program could not be run',
    });
    await expect(systemCommands.run(['/etc/passwd'])).rejects.toMatchObject({ code: 'command-missing' });
  });

  it('ends a program that takes too long, with what it started', async () => {
    const run = systemCommands.run(['sh', '-c', 'sleep 30 & wait'], { timeoutMs: 100 });

    await expect(run).rejects.toMatchObject({
      code: 'command-timeout',
      message: 'sh -c sleep 30 & wait did not end within 0.1 s',
    });
  });

  it('resolves when aborted, with the code of the signal', async () => {
    const controller = new AbortController();
    const run = systemCommands.run(['sleep', '30'], { signal: controller.signal });
    controller.abort();

    expect((await run).exitCode).toBe(143);
    expect((await systemCommands.run(['sleep', '30'], { signal: controller.signal })).exitCode).toBe(143);
  });

  it('shows a signal as a shell does', async () => {
    expect((await systemCommands.run(['sh', '-c', 'kill -9 $$'])).exitCode).toBe(137);
  });

  it('calls back with each line of both outputs', async () => {
    const lines: string[] = [];

    const result = await systemCommands.run(['sh', '-c', 'echo one; echo two >&2; echo three'], {
      onLine: (line) => lines.push(line),
    });

    expect(lines.sort()).toEqual(['one', 'three', 'two']);
    expect(result).toMatchObject({ stdout: 'one\nthree\n', stderr: 'two\n' });
  });

  it('lets a program that writes into a log go on when the agent ends, and tells its lines', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'muster-commands-'));
    const logPath = join(directory, 'log', 'x.log');
    const lines: string[] = [];
    try {
      const script = 'echo one; echo two >&2; printf three';
      const result = await systemCommands.run(['sh', '-c', script], {
        logPath,
        onLine: (line) => lines.push(line),
      });

      expect(lines).toEqual(['one', 'two', 'three']);
      expect(result).toEqual({ exitCode: 0, stdout: '', stderr: '' });
      expect(await readFile(logPath, 'utf8')).toBe('one\ntwo\nthree');
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('gives every program the same environment, with what the caller adds', async () => {
    const { stdout } = await systemCommands.run(['env'], { environment: { EXTRA: 'yes' } });
    const expected = Object.entries({ ...cleanEnvironment(), EXTRA: 'yes' }).map(
      ([name, value]) => `${name}=${value}`,
    );

    expect(stdout.trim().split('\n').sort()).toEqual(expected.sort());
  });
});

describe('cleanEnvironment', () => {
  it('keeps the proxy settings and nothing else of whoever started us', () => {
    const clean = cleanEnvironment({ PATH: '/tmp', SECRET: 's', https_proxy: 'p1', NO_PROXY: 'p2' });

    expect(clean).toEqual({
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C.UTF-8',
      LANG: 'C.UTF-8',
      HOME: '/root',
      https_proxy: 'p1',
      NO_PROXY: 'p2',
    });
  });
});
