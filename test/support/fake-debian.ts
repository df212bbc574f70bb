import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeCommands } from './fake-commands.ts';

/** dpkg and apt-get on a status file: `--download-only` and `install` behave as the test says. */
export class FakeDebian {
  readonly states = new Map<string, string>([['dpkg', 'installed']]);
  readonly commands = new FakeCommands();
  /** Package to the state that an installation leaves it in. */
  outcome: Readonly<Record<string, string>> = {};
  /** What somebody else installs while our installation waits for the lock. */
  others: readonly string[] = [];
  readonly policyAtInstall: string[][] = [];
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.commands.script('apt-get', async (argv) => {
      if (!argv.includes('install') || argv.includes('--download-only')) return {};
      if (argv.includes('--simulate')) return { stdout: this.#simulated() };
      for (const name of this.others) this.states.set(name, 'installed');
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

  #simulated(): string {
    const lines = Object.keys(this.outcome).map((name) => `Inst ${name} (1 Debian:12 [all])\n`);
    return ['Reading package lists...\n', ...lines].join('');
  }

  /** What ran, without the settings that every run has. */
  get ran(): readonly string[] {
    return this.commands.calls.map((argv) =>
      argv
        .filter((word, index) => word !== '-o' && argv[index - 1] !== '-o')
        .filter((word) => !/^--(yes|quiet|no-install-recommends|force-conf.*|abort-after=.*)$/.test(word))
        .join(' '),
    );
  }
}
