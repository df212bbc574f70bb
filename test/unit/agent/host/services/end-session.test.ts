import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../../agent/host/clock.ts';
import { identify, type ProcessIdentity, sessionOf } from '../../../../../agent/host/processes.ts';
import { endSession } from '../../../../../agent/host/services/end-session.ts';

async function session(script: string, members: number): Promise<ProcessIdentity> {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'ignore' });
  const leader = identify(child.pid ?? 0);
  if (leader === undefined) throw new Error('the shell is not in /proc');
  await expect.poll(() => sessionOf(leader).length).toBe(members);
  return leader;
}

describe('endSession', () => {
  it.each([
    ['one that goes by its signal', 'sleep 1000 & wait', 2, 10_000],
    ['one whose members hear nothing', "trap '' TERM; sleep 1000 & sleep 1000 & wait", 3, 100],
  ])('ends %s', async (_, script, members, patienceMs) => {
    const leader = await session(script, members);

    await endSession(leader, { signal: 'SIGTERM', patienceMs }, systemClock);

    expect(sessionOf(leader)).toEqual([]);
  });

  it('lets what is in flight be finished', async () => {
    const leader = await session("trap 'sleep 0.2; exit' TERM; while :; do sleep 0.01; done", 2);
    const before = systemClock.monotonicMs();

    await endSession(leader, { signal: 'SIGTERM', patienceMs: 10_000 }, systemClock);

    expect(systemClock.monotonicMs() - before).toBeGreaterThanOrEqual(190);
  });
});
