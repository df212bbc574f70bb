import type { Command } from 'commander';

import { withLock } from '../core/lock.ts';
import { parseCpus, parseDisk, parseMem, parseNamedShape, type Shape } from '../core/shape.ts';
import { cluster } from './cluster.ts';
import { demo } from './demo.ts';
import { clear } from './down.ts';
import { list, table } from './ls.ts';
import { up } from './up.ts';

const tell = (line: string): void => void process.stderr.write(`lab: ${line}\n`);

interface UpOptions {
  readonly mem: string;
  readonly cpus: string;
  readonly disk: string;
  readonly shape: readonly string[];
  readonly bare?: true;
  readonly withCurl?: true;
}

const upAction = async (count: string, options: UpOptions): Promise<void> => {
  const begun = performance.now();
  const machines = Number(count);
  const shapes: Record<string, Partial<Shape>> = {};
  for (const text of options.shape) {
    const [name, shape] = parseNamedShape(text, machines);
    shapes[name] = { ...shapes[name], ...shape };
  }
  const each = {
    memBytes: parseMem(options.mem),
    cpus: parseCpus(options.cpus),
    diskBytes: parseDisk(options.disk),
    init: 'systemd',
  } as const;
  const bare = options.withCurl ? 'curl' : 'bare';
  await up({ machines, tree: options.bare ? bare : 'full', each, shapes }, tell);
  tell(`${machines} machine(s) up in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  process.stdout.write(table(await list()));
};

/** up, cluster, demo, ls, down. */
export const addLabCommands = (program: Command): void => {
  program
    .command('up <machines>')
    .description('boot that many machines: b1 at 10.77.0.11 and so on')
    .option('--mem <size>', 'memory of each', '2G')
    .option('--cpus <cores>', 'cores of each', '1')
    .option('--disk <size>', 'XFS data disk of each, at /srv', '8G')
    .option(
      '--shape <shape>',
      'one machine otherwise: b3=mem:4G,cpus:2,disk:20G,init:none (or init:kernel)',
      (one, all: string[]) => [...all, one],
      [],
    )
    .option('--bare', "Debian's standard system, none of our packages")
    .option('--with-curl', 'with --bare: curl is there too')
    .action(upAction);
  program
    .command('cluster <machines>')
    .description('boot bare machines, install on b1 what dist/payload holds, join the others with its line')
    .option('--vip <address>', 'the address that users reach, for example 10.77.0.100')
    .action(async (count: string, options: { readonly vip?: string }) => {
      process.exitCode = await cluster(Number(count), options, tell);
    });
  program
    .command('demo')
    .description('tell live what muster does while machines lose their power; takes the lab down at the end')
    .action(() => demo((line) => void process.stdout.write(`${line}\n`)));
  program
    .command('ls')
    .description('the machines and how they are')
    .option('--json', 'for programs')
    .action(async (options: { readonly json?: true }) => {
      const machines = await list();
      process.stdout.write(options.json ? `${JSON.stringify({ machines }, null, 2)}\n` : table(machines));
    });
  program
    .command('down')
    .description('take everything of the lab away; base trees and downloaded packages stay')
    .action(() => withLock(clear));
};
