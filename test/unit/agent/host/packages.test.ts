import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonIn } from '../../../../agent/host/apt.ts';
import { DebianPackages } from '../../../../agent/host/packages.ts';
import { ServicePolicy } from '../../../../agent/host/policy.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeCommands } from '../../../support/fake-commands.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

/** dpkg and apt-get on a status file: `--download-only` and `install` behave as the test says. */
class FakeDebian {
  readonly states = new Map<string, string>([['dpkg', 'installed']]);
  readonly commands = new FakeCommands();
  /** Package to the state that an installation leaves it in. */
  outcome: Readonly<Record<string, string>> = {};
  readonly policyAtInstall: string[][] = [];
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.commands.script('apt-get', async (argv) => {
      if (!argv.includes('install') || argv.includes('--download-only')) return {};
      this.policyAtInstall.push(await readdir(join(directory, 'sbin')));
      const states = Object.entries(this.outcome);
      for (const [name, state] of states) this.states.set(name, state);
      await this.save();
      const well = states.every(([, state]) => state === 'installed');
      return well
        ? {}
        : { exitCode: 100, stdout: 'dpkg: error processing package b\nE: Sub-process failed\n' };
    });
    this.commands.script('dpkg', async (argv) => {
      const purges = argv.includes('--purge');
      if (!purges && !argv.includes('--remove')) return {};
      for (const name of argv.slice(1).filter((word) => this.states.has(word))) {
        if (purges) this.states.delete(name);
        else this.states.set(name, 'config-files');
      }
      await this.save();
      return {};
    });
  }

  async save(): Promise<void> {
    const text = [...this.states].map(
      ([name, state]) => `Package: ${name}\nStatus: install ok ${state}\nVersion: 1\n`,
    );
    await writeFile(join(this.#directory, 'status'), text.join('\n'));
  }

  /** What ran, without the settings that every run has. */
  get ran(): readonly string[] {
    return this.commands.calls.map((argv) =>
      argv
        .filter((word, index) => word !== '-o' && argv[index - 1] !== '-o')
        .filter((word) => !/^--(yes|quiet|no-install-recommends|force-conf.*)$/.test(word))
        .join(' '),
    );
  }
}

let directory: string;
let debian: FakeDebian;
let files: FakeFiles;
let packages: DebianPackages;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-packages-'));
  await mkdir(join(directory, 'lists'));
  await mkdir(join(directory, 'sbin'));
  await writeFile(join(directory, 'lists', 'mirror_main_Packages'), '');
  debian = new FakeDebian(directory);
  await debian.save();
  files = new FakeFiles();
  packages = new DebianPackages({
    commands: debian.commands,
    files,
    clock: new FakeClock(),
    policy: new ServicePolicy(join(directory, 'sbin', 'policy-rc.d')),
    statusPath: join(directory, 'status'),
    listsPath: join(directory, 'lists'),
    beforePath: '/before.json',
  });
});
afterEach(() => rm(directory, { recursive: true }));

describe('install', () => {
  it('fetches all, then installs with services held back, and names what came, dependencies included', async () => {
    debian.outcome = { a: 'installed', liba: 'installed' };

    expect(await packages.install(['a', 'dpkg'])).toEqual(['a', 'liba']);

    expect(debian.ran).toEqual(['apt-get install --download-only a', 'apt-get install a']);
    expect(debian.policyAtInstall).toEqual([['policy-rc.d']]);
    expect(await readdir(join(directory, 'sbin'))).toEqual([]);
    expect(await files.list('')).toEqual([]);
  });

  it('does nothing where nothing is missing', async () => {
    expect(await packages.install(['dpkg'])).toEqual([]);
    expect(debian.ran).toEqual([]);
  });

  it('changes nothing when the mirror fails, after a second look at its lists', async () => {
    debian.commands.script('apt-get', (argv) =>
      argv.includes('update') ? {} : { exitCode: 100, stdout: 'E: Unable to fetch a\n' },
    );

    await expect(packages.install(['a'])).rejects.toMatchObject({
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

    await packages.install(['a']);

    expect(debian.ran[0]).toBe('apt-get update');
  });

  it('takes everything back when an installation fails half-way', async () => {
    debian.states.set('old', 'config-files');
    await debian.save();
    debian.outcome = { a: 'installed', b: 'half-configured', old: 'installed' };

    await expect(packages.install(['a', 'b', 'old'])).rejects.toMatchObject({
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
    files.put('/before.json', '{"dpkg":"installed"}');
    debian.states.set('liba', 'installed');
    debian.states.set('a', 'unpacked');
    await debian.save();
    debian.outcome = { a: 'installed' };

    expect(await packages.install(['a'])).toEqual(['a', 'liba']);
    expect(debian.ran[0]).toBe('dpkg --configure -a');
  });

  it('lets dpkg finish first what it did since its last orderly end', async () => {
    files.put(join(directory, 'updates', '0001'), 'Package: a');
    debian.outcome = { a: 'installed' };

    await packages.install(['a']);

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
    const waiting = new DebianPackages({
      commands: debian.commands,
      files,
      clock,
      policy: new ServicePolicy(join(directory, 'sbin', 'policy-rc.d')),
      statusPath: join(directory, 'status'),
      listsPath: join(directory, 'lists'),
      beforePath: '/before.json',
    }).install(['a']);
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

  it('tells why one would not go', async () => {
    debian.commands.script('dpkg', {
      exitCode: 1,
      stderr: 'dpkg: dependency problems prevent removal of dpkg\n',
    });

    await expect(packages.purge(['dpkg'])).rejects.toMatchObject({
      code: 'packages-failed',
      message: 'dpkg could not all be purged',
      why: 'dpkg: dependency problems prevent removal of dpkg',
    });
  });
});

describe('after a crash', () => {
  it('an installation of nothing takes the policy away and counts what the cut one brought', async () => {
    await new ServicePolicy(join(directory, 'sbin', 'policy-rc.d')).hold('nothing');
    files.put('/before.json', '{"dpkg":"installed"}');
    debian.states.set('a', 'installed');
    await debian.save();

    expect(await packages.install([])).toEqual(['a']);
    expect(await packages.install([])).toEqual([]);
    expect(await readdir(join(directory, 'sbin'))).toEqual([]);
  });

  it('takes the policy away that a cut purge left', async () => {
    await new ServicePolicy(join(directory, 'sbin', 'policy-rc.d')).hold('stop');

    expect(await packages.install([])).toEqual([]);
    expect(await readdir(join(directory, 'sbin'))).toEqual([]);
  });
});
