import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, isAlive, sessionOf } from '../../../../../agent/host/processes.ts';
import type { ServiceSpec } from '../../../../../roles/model/service.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';
import { ServiceRoom, shellService as service } from '../../../../support/service-room.ts';

let room: ServiceRoom;

beforeEach(async () => {
  room = await ServiceRoom.open();
});
afterEach(() => room.close());

const sleeper = service('echo ready; sleep 1000 & wait');

describe('start', () => {
  it('runs the program in a session of its own, its words in the log', async () => {
    const supervisor = room.make();

    await supervisor.start(sleeper);

    expect(await supervisor.state(sleeper)).toEqual({
      unit: 'x.service',
      installed: true,
      active: 'active',
      enabled: true,
      invocation: expect.any(String),
    });
    const main = room.mainOf(sleeper);
    expect(sessionOf(main).map(({ pid }) => pid)).toContain(main.pid);
    expect(await supervisor.log(sleeper, 5)).toEqual(['ready']);
  });

  it('does not say of what the agent alone starts that it starts with the machine', async () => {
    const state = await room.make().state({ ...sleeper, startedBy: 'agent' });

    expect(state.enabled).toBe(false);
  });

  it('leaves a running one as it is', async () => {
    const supervisor = room.make();
    await supervisor.start(sleeper);
    const main = room.mainOf(sleeper);

    await supervisor.start(sleeper);

    expect(room.mainOf(sleeper)).toEqual(main);
  });

  it('fails with the last words of one that ends at once', async () => {
    const supervisor = room.make();

    await expect(supervisor.start(service('echo "port 8081 is taken" >&2; exit 78'))).rejects.toMatchObject({
      code: 'service-failed',
      message: 'X (x.service) did not start',
      why: 'it ended at once (exit 78)\nport 8081 is taken',
      next: `tail -n 50 ${room.logDirectory}/x.service.log`,
    });
    expect(await supervisor.state(sleeper)).toMatchObject({ active: 'failed', ended: 'exit 78' });
  });

  it.each<[string, Partial<ServiceSpec>, string]>([
    ['program', { foreground: ['/none/such'] }, 'the program is not there'],
    ['user', { user: 'nobody-here' }, 'there is no user nobody-here on this machine'],
  ])('tells that the %s is missing', async (_, change, why) => {
    const supervisor = room.make();

    await expect(supervisor.start(service('', change))).rejects.toMatchObject({
      code: 'service-failed',
      why,
    });
  });

  it('makes runtime directories and hands the environment over', async () => {
    const path = join(room.directory, 'made');
    const spec = service('echo "$GREETING"; ls -d "$MADE"; sleep 1000', {
      environment: { GREETING: 'hello', MADE: path },
      runtimeDirectories: [
        { path, owner: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`, mode: 0o750 },
      ],
    });
    const supervisor = room.make();

    await supervisor.start(spec);

    await expect.poll(() => supervisor.log(spec, 5)).toEqual(['hello', path]);
  });

  it.skipIf(process.getuid?.() !== 0)('runs it as its user', async () => {
    const spec = service('id -un; sleep 1000', { user: 'nobody' });
    const supervisor = room.make();

    await supervisor.start(spec);

    await expect.poll(() => supervisor.log(spec, 5)).toEqual(['nobody']);
  });
});

describe('watch', () => {
  it('starts again what was killed, and says so in a sentence', async () => {
    const supervisor = room.make();
    const sentences: string[] = [];
    supervisor.onEnded(({ sentence }) => sentences.push(sentence));
    room.watch(supervisor);
    await supervisor.start(sleeper);
    const first = await supervisor.state(sleeper);

    process.kill(room.mainOf(sleeper).pid, 'SIGKILL');

    await expect.poll(() => sentences).toEqual(['X ended (signal KILL) and is started again in 0.1 s']);
    await expect.poll(async () => (await supervisor.state(sleeper)).active).toBe('active');
    const second = await supervisor.state(sleeper);
    expect(second.ended).toBe('signal KILL');
    expect(second.invocation).not.toBe(first.invocation);
  });

  it('ends what a dead main process left, before the next one starts', async () => {
    const supervisor = room.make();
    room.watch(supervisor);
    const stubborn = service("trap '' TERM; sleep 1000 & wait");
    await supervisor.start(stubborn);
    const main = room.mainOf(stubborn);
    expect(sessionOf(main)).toHaveLength(2);

    process.kill(main.pid, 'SIGKILL');

    await expect.poll(() => room.mainOf(stubborn).pid).not.toBe(main.pid);
    expect(sessionOf(main)).toEqual([]);
  });

  it('waits longer from one quick end to the next', async () => {
    const clock = new FakeClock();
    const supervisor = room.make(clock);
    const sentences: string[] = [];
    supervisor.onEnded(({ sentence }) => sentences.push(sentence));
    const restartIn = (): string | undefined => sentences.at(-1)?.split(' again in ')[1];
    room.watch(supervisor);

    await expect(supervisor.start(service('exit 3'))).rejects.toMatchObject({ code: 'service-failed' });

    for (const ms of [100, 200, 400, 800]) {
      await expect.poll(restartIn).toBe(`${String(ms / 1000)} s`);
      expect((await supervisor.state(sleeper)).active).toBe('activating');
      await clock.advance(ms - 1);
      await clock.advance(1);
    }
    await expect.poll(() => sentences.length).toBe(5);
  });

  it('leaves alone what was stopped', async () => {
    const supervisor = room.make();
    const sentences: string[] = [];
    supervisor.onEnded(({ sentence }) => sentences.push(sentence));
    room.watch(supervisor);
    await supervisor.start(sleeper);
    const main = room.mainOf(sleeper);

    await supervisor.stop(sleeper);

    expect(sessionOf(main)).toEqual([]);
    expect(await supervisor.state(sleeper)).toMatchObject({ active: 'inactive', ended: 'signal TERM' });
    expect(sentences).toEqual([]);
  });
});

describe('an agent that died', () => {
  /** A process of its own that starts the service and is killed right after. */
  async function startByDyingAgent(): Promise<void> {
    const script = join(room.directory, 'agent.mts');
    const host = join(import.meta.dirname, '../../../../../agent/host');
    await writeFile(
      script,
      `import { Accounts } from '${host}/accounts.ts';
       import { systemClock as clock } from '${host}/clock.ts';
       import { SystemFiles } from '${host}/files.ts';
       import { Supervisor } from '${host}/services/supervisor.ts';
       const accounts = new Accounts();
       const parts = { clock, accounts, files: new SystemFiles(accounts) };
       const [, , runDirectory, logDirectory, service] = process.argv;
       await new Supervisor({ ...parts, runDirectory, logDirectory }).start(JSON.parse(service));
       process.kill(process.pid, 'SIGKILL');`,
    );
    const agent = spawn(process.execPath, [
      script,
      room.runDirectory,
      room.logDirectory,
      JSON.stringify(sleeper),
    ]);
    await new Promise((resolve) => agent.once('exit', resolve));
  }

  it('leaves its services running; the next adopts them, and starts them again when they end', async () => {
    await startByDyingAgent();
    const main = room.mainOf(sleeper);
    expect(isAlive(main)).toBe(true);
    const supervisor = room.make();
    const sentences: string[] = [];
    supervisor.onEnded(({ sentence }) => sentences.push(sentence));
    room.watch(supervisor);
    expect(await supervisor.state(sleeper)).toMatchObject({ active: 'active' });

    process.kill(main.pid, 'SIGKILL');

    await expect.poll(() => room.mainOf(sleeper).pid, { timeout: 5_000 }).not.toBe(main.pid);
    await expect.poll(async () => (await supervisor.state(sleeper)).active).toBe('active');
    expect(sentences).toEqual(['X ended (no reason known) and is started again in 0.1 s']);
    expect(sessionOf(main)).toEqual([]);
  });

  it('can have its services stopped by the next', async () => {
    await startByDyingAgent();
    const main = room.mainOf(sleeper);

    await room.make().stop(sleeper);

    expect(isAlive(main)).toBe(false);
    expect(sessionOf(main)).toEqual([]);
  });

  it('never costs the life of another process that has the number now', async () => {
    const other = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    const now = identify(other.pid ?? 0);
    if (now === undefined) throw new Error('sleep is not in /proc');
    try {
      await room.make().start(sleeper);
      const onDisk = room.records();
      const record = onDisk.get('x.service');
      if (record === undefined) throw new Error('no record');
      process.kill(-room.mainOf(sleeper).pid, 'SIGKILL');
      onDisk.put({ ...record, main: { ...now, startTicks: now.startTicks - 100 } });

      const next = room.make();
      expect((await next.state(sleeper)).active).toBe('failed');
      await next.stop(sleeper);

      expect(isAlive(now)).toBe(true);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('refuses to go on from records it cannot read', async () => {
    await room.make().start(sleeper);
    const [name = ''] = await readdir(room.runDirectory);
    const text = await readFile(join(room.runDirectory, name), 'utf8');
    await writeFile(join(room.runDirectory, name), text.slice(0, 20));

    await expect(room.make().state(sleeper)).rejects.toMatchObject({ code: 'state-unreadable' });
    await writeFile(join(room.runDirectory, name), text);
  });
});

describe('restart and reload', () => {
  it('restarts with a new process, without a word of an end', async () => {
    const supervisor = room.make();
    const sentences: string[] = [];
    supervisor.onEnded(({ sentence }) => sentences.push(sentence));
    room.watch(supervisor);
    await supervisor.start(sleeper);
    const main = room.mainOf(sleeper);

    await supervisor.restart(sleeper);

    expect(isAlive(main)).toBe(false);
    expect(isAlive(room.mainOf(sleeper))).toBe(true);
    expect(sentences).toEqual([]);
  });

  it('reloads by the signal of the service', async () => {
    const spec = service("trap 'echo reloaded' USR1; while :; do sleep 0.01; done", {
      reloadSignal: 'SIGUSR1',
    });
    const supervisor = room.make();
    await supervisor.start(spec);
    const main = room.mainOf(spec);

    await supervisor.reload(spec);

    await expect.poll(() => supervisor.log(spec, 1)).toEqual(['reloaded']);
    expect(room.mainOf(spec)).toEqual(main);
  });

  it('takes files in by a restart where there is no such signal, and by a start where nothing runs', async () => {
    const supervisor = room.make();
    await supervisor.reload(sleeper);
    const main = room.mainOf(sleeper);
    await supervisor.reload(sleeper);

    expect(isAlive(main)).toBe(false);
    expect(isAlive(room.mainOf(sleeper))).toBe(true);
  });
});
