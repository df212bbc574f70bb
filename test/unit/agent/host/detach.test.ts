import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../agent/host/clock.ts';
import { detach } from '../../../../agent/host/detach.ts';
import { processStat } from '../../../../agent/host/processes.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-detach-'));
});
afterEach(() => rm(directory, { recursive: true }));

function options(script: string): Parameters<typeof detach>[0] {
  const socketPath = join(directory, 'agent.sock');
  return {
    argv: [process.execPath, '-e', script, socketPath],
    socketPath,
    logPath: join(directory, 'log', 'agent.log'),
    clock: systemClock,
  };
}

describe('detach', () => {
  it('returns when the socket answers; the process leads a session of its own', async () => {
    const given = options('require("node:net").createServer().listen(process.argv[1])');

    const pid = await detach(given);
    try {
      expect(processStat(pid)?.session).toBe(pid);
      await expect(detach(given)).rejects.toMatchObject({ code: 'agent-running' });
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  it('tells the last words of one that ends before', async () => {
    await expect(detach(options('console.error("no certificate"); process.exit(1)'))).rejects.toMatchObject({
      code: 'agent-unreachable',
      message: 'the agent ended at once (exit 1)',
      why: 'no certificate',
    });
  });
});
