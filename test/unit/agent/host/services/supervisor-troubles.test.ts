import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../../../../agent/host/processes.ts';
import { keepLogsSmall, type OpenLog } from '../../../../../agent/host/services/keep-logs-small.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';
import { ServiceRoom, shellService as service } from '../../../../support/service-room.ts';

let room: ServiceRoom;

beforeEach(async () => {
  room = await ServiceRoom.open();
});
afterEach(() => room.close());

const sleeper = service('echo ready; sleep 1000 & wait');

describe('a disk that takes nothing', () => {
  it('goes on where its records cannot be written, says so once, and writes them when it can', async () => {
    const supervisor = room.make();
    const sentences = room.watch(supervisor);
    await supervisor.start(sleeper);
    const first = room.mainOf(sleeper);
    const aside = join(room.directory, 'aside');
    await rename(room.runDirectory, aside);
    await writeFile(room.runDirectory, '');

    process.kill(first.pid, 'SIGKILL');

    await expect.poll(() => sentences.length, { timeout: 5_000 }).toBe(2);
    await expect.poll(async () => (await supervisor.state(sleeper)).active).toBe('active');
    await rm(room.runDirectory);
    await rename(aside, room.runDirectory);
    await expect.poll(() => room.mainOf(sleeper).pid, { timeout: 5_000 }).not.toBe(first.pid);
    expect(isAlive(room.mainOf(sleeper))).toBe(true);
    expect(sentences).toEqual([
      'X ended (signal KILL) and is started again in 0.1 s',
      expect.stringMatching(/^the state of X could not be written down and is kept in memory: ENOTDIR/),
    ]);
  });

  it('waits longer and longer where the log cannot be opened', async () => {
    const clock = new FakeClock();
    const supervisor = room.make(clock);
    const sentences = room.watch(supervisor);
    await writeFile(room.logDirectory, '');

    await expect(supervisor.start(sleeper)).rejects.toThrow();

    for (const ms of [100, 200, 400]) {
      await expect.poll(() => sentences.at(-1)).toMatch(`is started again in ${String(ms / 1000)} s`);
      await clock.advance(ms);
    }
    await expect.poll(() => sentences.length).toBe(4);
  });
});

describe('a pid file that a crash left', () => {
  /** Refuses to start where its pid file names somebody alive, as Apache and keepalived do. */
  function careful(pidFile: string): ReturnType<typeof service> {
    const script = `read pid <'${pidFile}' && kill -0 "$pid" && echo "already running" && exit 1
      echo $$ >'${pidFile}'; sleep 1000 & wait`;
    return service(script, { pidFile });
  }

  it('keeps no service from starting when the number is a stranger now', async () => {
    const pidFile = join(room.directory, 'x.pid');
    await writeFile(pidFile, `${String(process.pid)}\n`);
    const spec = careful(pidFile);

    await room.make().start(spec);

    expect(await readFile(pidFile, 'utf8')).toBe(`${String(room.mainOf(spec).pid)}\n`);
  });

  it('stays where the very program runs outside our care', async () => {
    const pidFile = join(room.directory, 'x.pid');
    const supervisor = room.make();
    await supervisor.start(service('sleep 1000 & wait', { unit: 'other.service' }));
    const { pid } = room.mainOf(service('', { unit: 'other.service' }));
    await writeFile(pidFile, `${String(pid)}\n`);

    await expect(supervisor.start(careful(pidFile))).rejects.toMatchObject({
      why: 'it ended at once (exit 1)\nalready running',
    });
  });
});

describe('logs', () => {
  it('stay small while the service goes on writing, its own among them', async () => {
    const own = join(room.directory, 'access.log');
    const script = `trap 'echo more; echo more >&3' USR1
      head -c 11000000 /dev/zero; head -c 11000000 /dev/zero >&3; while :; do sleep 0.01; done`;
    const chatty = service(`exec 3>>'${own}'; ${script}`, { logFiles: [own], reloadSignal: 'SIGUSR1' });
    const supervisor = room.make();
    await supervisor.start(chatty);
    await expect.poll(async () => (await stat(own)).size, { timeout: 5_000 }).toBe(11_000_000);

    room.watch(supervisor);

    for (const path of [own, join(room.logDirectory, 'x.service.log')]) {
      await expect.poll(async () => (await stat(path)).size, { timeout: 5_000 }).toBe(0);
      expect((await stat(`${path}.1`)).size).toBe(10 * 1024 * 1024);
    }
    await supervisor.reload(chatty);
    await expect.poll(() => readFile(own, 'utf8')).toBe('more\n');
    expect(await supervisor.log(chatty, 5)).toEqual(['more']);
  });

  it('that cannot be rotated are told of once', async () => {
    const clock = new FakeClock();
    const log = join(room.directory, 'own.log');
    await writeFile(log, Buffer.alloc(11_000_000));
    await mkdir(`${log}.1`);
    const sentences: string[] = [];
    const controller = new AbortController();
    const onTrouble = ({ path }: { path: string }, why: string): void =>
      void sentences.push(`${path}: ${why}`);
    const logs = (): OpenLog[] => [{ service: sleeper, path: log }];
    const keeping = keepLogsSmall({ logs, clock, onTrouble }, controller.signal);
    for (let look = 0; look < 3; look += 1) {
      await expect.poll(() => clock.sleeping).toBe(1);
      await clock.advance(10_000);
    }
    controller.abort();
    await keeping;

    expect(sentences).toEqual([expect.stringMatching(/own\.log: EISDIR/)]);
  });
});
