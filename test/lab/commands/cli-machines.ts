import type { Command } from 'commander';

import { type LabState, type Machine, machineIn, needState } from '../core/state.ts';
import { freeze, thaw } from '../host/freezer.ts';
import { get, put } from '../machine/copy.ts';
import { needRunning } from '../machine/leader.ts';
import { kill, start } from '../machine/power.ts';
import { passThrough } from './exec.ts';
import { cut, loss, mend } from './links.ts';

const withMachine = async (
  name: string,
  work: (machine: Machine, state: LabState) => Promise<void>,
): Promise<void> => {
  const state = await needState();
  await work(machineIn(state, name), state);
};

/** exec, put, get, kill, start, freeze, thaw. */
export const addMachineCommands = (program: Command): void => {
  program
    .command('exec <machine> <command...>')
    .description('run a command inside as root; input, output and exit code pass through')
    .passThroughOptions()
    .action(async (name: string, argv: string[]) => {
      // The dashes that set the command apart from ours are no part of it.
      process.exitCode = await passThrough(name, argv[0] === '--' ? argv.slice(1) : argv);
    });
  program
    .command('put <machine> <source> <destination>')
    .description("copy a file, or a folder's content, into a machine")
    .action((name: string, source: string, destination: string) =>
      withMachine(name, () => put(name, source, destination)),
    );
  program
    .command('get <machine> <source> <destination>')
    .description("copy a file, or a folder's content, out of a machine")
    .action((name: string, source: string, destination: string) =>
      withMachine(name, () => get(name, source, destination)),
    );
  program
    .command('kill <machine>')
    .description('power loss: link down, then everything dies; the disk stays')
    .action((name: string) => withMachine(name, kill));
  program
    .command('start <machine>')
    .description('boot a machine that is off')
    .action((name: string) => withMachine(name, (machine, state) => start(state, machine)));
  program
    .command('freeze <machine>')
    .description('stop every process of a machine where it stands')
    .action((name: string) =>
      withMachine(name, async () => {
        await needRunning(name);
        await freeze(name);
      }),
    );
  program
    .command('thaw <machine>')
    .description('let a frozen machine go on')
    .action((name: string) => withMachine(name, () => thaw(name)));
};

/** cut, mend, loss. */
export const addLinkCommands = (program: Command): void => {
  program
    .command('cut <from> <to>')
    .description('nothing passes between the two machines')
    .option('--one-way', 'only what the first sends is lost')
    .action((from: string, to: string, options: { readonly oneWay?: true }) =>
      cut(from, to, options.oneWay === true),
    );
  program.command('mend <from> <to>').description('undo a cut').action(mend);
  program
    .command('loss <machine> <percent>')
    .description('drop that share of the packets that arrive; 0 ends it')
    .action((name: string, percent: string) => loss(name, Number(percent)));
};
