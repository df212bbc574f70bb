import { dirname } from 'node:path';

import { cut, loss, mend } from '../commands/links.ts';
import { type Said } from '../core/run.ts';
import { machineIn, needState } from '../core/state.ts';
import { freeze, thaw } from '../host/freezer.ts';
import { clone } from '../machine/clone.ts';
import { get, put } from '../machine/copy.ts';
import { type Running, runningOf } from '../machine/leader.ts';
import { move, moveAtStart } from '../machine/move.ts';
import { type ExecOptions, perform } from '../machine/perform.ts';
import { kill, start } from '../machine/power.ts';

/** One machine, as a story speaks of it. */
export interface LabMachine {
  readonly name: string;
  readonly address: string;
  /** Runs a command inside, as root. An exit code other than 0 throws, unless `reject` is false. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<Said>;
  /** Copies a file or a folder's content of this host into the machine. */
  put(source: string, destination: string): Promise<void>;
  /** Copies a file or a folder's content of the machine to this host. */
  get(source: string, destination: string): Promise<void>;
  writeFile(path: string, text: string): Promise<void>;
  readFile(path: string): Promise<string>;
  state(): Promise<Running>;
  /** Power loss. */
  kill(): Promise<void>;
  /** Power on. */
  start(): Promise<void>;
  /** Its disks are those of the other from now on; it is off, and has kept its own address. */
  becomeCopyOf(other: LabMachine): Promise<void>;
  /** Another address, from now on and after the next start, as by a new lease. */
  moveTo(address: string): Promise<void>;
  /** Another address after the next start, and the former one until then. */
  moveAtStart(address: string): Promise<void>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Drops that share of what arrives; 0 ends it. */
  loss(percent: number): Promise<void>;
  cut(other: LabMachine, how?: { readonly oneWay?: boolean }): Promise<void>;
  mend(other: LabMachine): Promise<void>;
}

/** Binds the lab's verbs to one machine. */
export const machineOf = (name: string, address: string): LabMachine => {
  const strict = (argv: readonly string[], options: ExecOptions = {}): Promise<Said> =>
    perform(name, argv, { reject: true, ...options });
  return {
    name,
    address,
    exec: strict,
    put: (source, destination) => put(name, source, destination),
    get: (source, destination) => get(name, source, destination),
    writeFile: async (path, text) => {
      await strict(['mkdir', '-p', dirname(path)]);
      await strict(['dd', `of=${path}`, 'status=none'], { input: text });
    },
    readFile: async (path) => (await strict(['cat', path])).stdout,
    state: () => runningOf(name),
    kill: async () => kill(machineIn(await needState(), name)),
    start: async () => {
      const state = await needState();
      await start(state, machineIn(state, name));
    },
    becomeCopyOf: async (other) => {
      const state = await needState();
      await clone(machineIn(state, other.name), machineIn(state, name));
    },
    moveTo: (to) => move(strict, to),
    moveAtStart: (to) => moveAtStart(strict, to),
    freeze: () => freeze(name),
    thaw: () => thaw(name),
    loss: (percent) => loss(name, percent),
    cut: (other, how) => cut(name, other.name, how?.oneWay === true),
    mend: (other) => mend(name, other.name),
  };
};
