import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectedIn, neededBy, reasonIn } from '../../../../agent/host/apt-words.ts';
import { lockPackages } from '../../../../agent/host/lock.ts';
import { DebianPackages } from '../../../../agent/host/packages.ts';
import { ServicePolicy } from '../../../../agent/host/policy.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeDebian } from '../../../support/fake-debian.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const cut = '{"before":{"dpkg":"installed"},"expected":["a","liba"]}';

let directory: string;
let debian: FakeDebian;
let files: FakeFiles;
let packages: DebianPackages;
let recorded: string[];
const record = async (came: readonly string[]): Promise<void> => void recorded.push(...came);

function debianPackages(clock: FakeClock): DebianPackages {
  return new DebianPackages({
    commands: debian.commands,
    files,
    clock,
    policy: new ServicePolicy(join(directory, 'sbin', 'policy-rc.d')),
    statusPath: join(directory, 'status'),
    listsPath: join(directory, 'lists'),
    beforePath: '/before.json',
    lockPath: join(directory, 'run', 'packages.lock'),
  });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-packages-'));
  await mkdir(join(directory, 'lists'));
  await mkdir(join(directory, 'sbin'));
  await writeFile(join(directory, 'lists', 'mirror_main_Packages'), '');
  debian = new FakeDebian(directory);
  await debian.save();
  files = new FakeFiles();
  packages = debianPackages(new FakeClock());
  recorded = [];
});
afterEach(() => rm(directory, { recursive: true }));

describe('install', () => {
  it('fetches all, then installs with services held back, and names what came, dependencies included', async () => {
    debian.outcome = { a: 'installed', liba: 'installed' };

    expect(await packages.install(['a', 'dpkg'], record)).toEqual(['a', 'liba']);

    expect(debian.ran).toEqual([
      'apt-get install --download-only a',
      'apt-get --simulate install a',
      'apt-get install a',
    ]);
    expect(recorded).toEqual(['a', 'liba']);
    expect(debian.policyAtInstall).toEqual([['policy-rc.d']]);
    expect(await readdir(join(directory, 'sbin'))).toEqual([]);
    expect(await files.list('')).toEqual([]);
  });

  it('does nothing where nothing is missing', async () => {
    expect(await packages.install(['dpkg'], record)).toEqual([]);
    expect(debian.ran).toEqual([]);
  });

  it('changes nothing when the mirror fails, after a second look at its lists', async () => {
    debian.commands.script('apt-get', (argv) =>
      argv.includes('update') ? {} : { exitCode: 100, stdout: 'E: Unable to fetch a\n' },
    );

    await expect(packages.install(['a'], record)).rejects.toMatchObject({
      code: 'packages-failed',
      message: 'a could not be installed; nothing was changed',
      why: 'E: Unable to fetch a',
      next: 'apt-get --simulate install a',
    });
    expect(debian.ran).toEqual([
      'apt-get install --download-only a',
      'apt-get update',
      'apt-get install --download-only a',
    ]);
    expect(await readdir(join(directory, 'sbin'))).toEqual([]);
  });

  it('reads the lists first where there are none', async () => {
    await rm(join(directory, 'lists', 'mirror_main_Packages'));
    debian.outcome = { a: 'installed' };

    await packages.install(['a'], record);

    expect(debian.ran[0]).toBe('apt-get update');
  });

  it('takes everything back when an installation fails half-way', async () => {
    debian.states.set('old', 'config-files');
    await debian.save();
    debian.outcome = { a: 'installed', b: 'half-configured', old: 'installed' };

    await expect(packages.install(['a', 'b', 'old'], record)).rejects.toMatchObject({
      message: 'a, b, old could not be installed; nothing was changed',
      why: 'dpkg: error processing package b\nE: Sub-process failed',
    });

    expect([...debian.states]).toEqual([
      ['dpkg', 'installed'],
      ['old', 'config-files'],
    ]);
    expect(await files.list('')).toEqual([]);
  });

  it('counts what a crashed installation brought', async () => {
    files.put('/before.json', cut);
    debian.states.set('liba', 'installed');
    debian.states.set('a', 'unpacked');
    await debian.save();
    debian.outcome = { a: 'installed' };

    expect(await packages.install(['a'], record)).toEqual(['a', 'liba']);
    expect(debian.ran[0]).toBe('dpkg --configure -a');
  });

  it('claims nothing that somebody else has installed meanwhile', async () => {
    debian.outcome = { a: 'installed' };
    debian.others = ['theirs'];

    expect(await packages.install(['a'], record)).toEqual(['a']);
    expect(recorded).toEqual(['a']);
  });

  it('takes nothing back that somebody else has installed meanwhile', async () => {
    debian.outcome = { a: 'installed', b: 'half-configured' };
    debian.others = ['theirs'];

    await expect(packages.install(['a', 'b'], record)).rejects.toMatchObject({ code: 'packages-failed' });
    expect([...debian.states.keys()]).toEqual(['dpkg', 'theirs']);
    expect(recorded).toEqual([]);
  });

  it('takes nothing back where somebody else held the lock to the end', async () => {
    const clock = new FakeClock();
    debian.outcome = { a: 'installed' };
    debian.commands.script('apt-get', async (argv) => {
      if (argv.includes('--simulate')) return { stdout: 'Inst a (1 Debian:12 [all])\n' };
      if (argv.includes('--download-only')) return {};
      debian.states.set('a', 'installed');
      await debian.save();
      return { exitCode: 100, stdout: 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held\n' };
    });
    const failing = debianPackages(clock).install(['a'], record);
    const ended = expect(failing).rejects.toMatchObject({
      message: 'a could not be installed; nothing was changed',
    });
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(120_000);
    await ended;

    expect(debian.states.get('a')).toBe('installed');
    expect(debian.ran.filter((line) => line.startsWith('dpkg'))).toEqual([]);
    expect([recorded, await files.list('')]).toEqual([[], []]);
  });

  it('writes down what could not be taken back', async () => {
    debian.outcome = { a: 'half-configured' };
    debian.commands.script('dpkg', { exitCode: 1, stderr: 'dpkg: error processing package a (--remove):\n' });

    await expect(packages.install(['a'], record)).rejects.toMatchObject({
      message: 'a could not be installed; a could not be taken back',
    });
    expect(recorded).toEqual(['a']);
  });

  it('is not over before what came is written down', async () => {
    debian.outcome = { a: 'installed' };
    const powerGoes = async (): Promise<void> => Promise.reject(new Error('the power went'));
    await expect(packages.install(['a'], powerGoes)).rejects.toThrow('the power went');

    expect(await packages.install([], record)).toEqual(['a']);
    expect(recorded).toEqual(['a']);
  });

  it('waits for another process of ours', async () => {
    const clock = new FakeClock();
    debian.outcome = { a: 'installed' };
    const other = await lockPackages(clock, join(directory, 'run', 'packages.lock'));
    const waiting = debianPackages(clock).install(['a'], record);
    await expect.poll(() => clock.sleeping).toBe(1);
    expect(debian.ran).toEqual([]);
    await other.release();
    await clock.advance(500);

    expect(await waiting).toEqual(['a']);
    expect(await readdir(join(directory, 'run'))).toEqual([]);
  });

  it('lets dpkg finish first what it did since its last orderly end', async () => {
    files.put(join(directory, 'updates', '0001'), 'Package: a');
    debian.outcome = { a: 'installed' };

    await packages.install(['a'], record);

    expect(debian.ran[0]).toBe('dpkg --configure -a');
  });

  it('waits for whoever holds the locks', async () => {
    const clock = new FakeClock();
    const locked = 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)\n';
    let held = 2;
    debian.commands.script('apt-get', () => {
      held -= 1;
      return held >= 0 ? { exitCode: 100, stdout: locked } : {};
    });
    const waiting = debianPackages(clock).install(['a'], record);
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(2_000);
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(2_000);

    await waiting;
    expect(debian.ran.filter((line) => line.includes('--download-only'))).toHaveLength(3);
  });
});

describe('reasonIn', () => {
  it("keeps the failures, with a script's last words before and the reason below", () => {
    const said = [
      'Setting up apache2 ...',
      'Setting up etcd-server ...',
      'adduser: no space',
      'dpkg: error processing package etcd-server (--configure):',
      ' post-installation script returned error exit status 1',
      'Setting up haproxy ...',
      'Processing triggers ...',
      'Errors were encountered while processing:',
      ' etcd-server',
      'E: Sub-process /usr/bin/dpkg returned an error code (1)',
    ];

    expect(reasonIn(said)).toBe([...said.slice(1, 5), ...said.slice(7)].join('\n'));
    expect(reasonIn(['Reading package lists...', 'E: Unable to locate package x'])).toBe(
      'E: Unable to locate package x',
    );
    expect(reasonIn(['Setting up apache2 ...'])).toBe('');
  });
});

describe('purge', () => {
  it('purges exactly what is there of the names', async () => {
    debian.states.set('a', 'config-files');
    debian.states.set('b', 'installed');
    await debian.save();

    await packages.purge(['a', 'none']);

    expect(debian.ran).toEqual(['dpkg --purge a']);
    expect([...debian.states.keys()]).toEqual(['dpkg', 'b']);
  });

  it('returns what had to stay, and who needs it', async () => {
    debian.states.set('a', 'installed');
    debian.states.set('liba', 'installed');
    await debian.save();
    debian.commands.script('dpkg', async () => {
      debian.states.delete('a');
      await debian.save();
      return {
        exitCode: 1,
        stderr: 'dpkg: dependency problems prevent removal of liba:\n theirs depends on liba.\n',
      };
    });

    const wishes: unknown[] = [];
    debian.commands.script('dpkg --set-selections', (_, { input }) => {
      wishes.push(input);
      return {};
    });

    expect(await packages.purge(['a', 'liba'])).toEqual([{ name: 'liba', why: 'theirs needs it' }]);
    expect(wishes).toEqual(['liba install\n']);
  });

  it('throws where somebody else is at work, so that it can be tried again', async () => {
    const clock = new FakeClock();
    debian.commands.script('dpkg', {
      exitCode: 2,
      stderr: 'dpkg: error: dpkg frontend lock was locked by another process with pid 7\n',
    });
    const ended = expect(debianPackages(clock).purge(['dpkg'])).rejects.toMatchObject({
      code: 'packages-failed',
      message: 'no package was purged',
    });
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(120_000);
    await ended;
  });
});

describe('what apt and dpkg say', () => {
  it('an installation brings the lines that begin with Inst', () => {
    const said = ['Remv c', 'Inst a [1] (2 Debian:12 [amd64])', 'Inst libc6:i386 (2 Debian:12 [i386])'];
    expect(expectedIn([...said, 'Conf a (2 Debian:12 [amd64])'])).toEqual(['a', 'libc6:i386']);
  });

  it('who needs a package, of whatever architecture it is', () => {
    const said = [
      'dpkg: dependency problems prevent removal of liba:amd64:',
      ' b depends on liba (>= 1).',
      ' c pre-depends on liba; however:',
      '  Package liba is to be removed.',
      'dpkg: error processing package liba:amd64 (--purge):',
      ' d depends on liba.',
    ];
    expect(neededBy(said, 'liba')).toEqual(['b', 'c']);
    expect(neededBy(said, 'lib')).toEqual([]);
  });
});

describe('after a crash', () => {
  it('an installation of nothing takes the policy away and counts what the cut one brought', async () => {
    await new ServicePolicy(join(directory, 'sbin', 'policy-rc.d')).hold('nothing');
    files.put('/before.json', cut);
    debian.states.set('a', 'installed');
    await debian.save();

    expect(await packages.install([], record)).toEqual(['a']);
    expect(await packages.install([], record)).toEqual([]);
    expect(await readdir(join(directory, 'sbin'))).toEqual([]);
  });

  it('says so where what is known of the cut one is damaged', async () => {
    files.put('/before.json', '{"dpkg":');
    await expect(packages.install([], record)).rejects.toMatchObject({ code: 'state-unreadable' });
  });

  it('takes the policy away that a cut purge left', async () => {
    await new ServicePolicy(join(directory, 'sbin', 'policy-rc.d')).hold('stop');

    expect(await packages.install([], record)).toEqual([]);
    expect(await readdir(join(directory, 'sbin'))).toEqual([]);
  });
});
