import { clear } from '../commands/down.ts';
import { DEFAULT_SHAPE, up } from '../commands/up.ts';
import { withLock } from '../core/lock.ts';
import { LabProblem } from '../core/problem.ts';
import type { Shape } from '../core/shape.ts';
import { type LabMachine, machineOf } from './machine.ts';

/** What a story is played on. */
export interface LabOptions {
  readonly machines: number;
  /** Debian's standard system, none of our packages. */
  readonly bare?: boolean;
  /** With `bare`: curl is there too. */
  readonly withCurl?: boolean;
  /** What differs from 2 GiB of memory, one core and 8 GiB of disk: for all, or for one by its name. */
  readonly each?: Partial<Shape>;
  readonly shape?: Readonly<Record<string, Partial<Shape>>>;
}

/** A lab that is up. */
export interface Lab extends AsyncDisposable {
  readonly machines: readonly LabMachine[];
  machine(name: string): LabMachine;
  /** Takes everything away. */
  close(): Promise<void>;
}

const treeOf = (options: LabOptions): 'bare' | 'curl' | 'full' => {
  if (options.bare !== true) return 'full';
  return options.withCurl === true ? 'curl' : 'bare';
};

const close = (): Promise<void> => withLock(clear);

/** Boots machines for a story; several scenarios can be played on them in sequence. */
export const openLab = async (options: LabOptions): Promise<Lab> => {
  const state = await up(
    {
      machines: options.machines,
      tree: treeOf(options),
      each: { ...DEFAULT_SHAPE, ...options.each },
      shapes: options.shape ?? {},
    },
    // Where base trees are made the first time, that is told while it happens.
    (line) => void process.stderr.write(`lab: ${line}\n`),
  );
  const machines = state.machines.map(({ name, address }) => machineOf(name, address));
  return {
    machines,
    machine: (name) => {
      const found = machines.find((one) => one.name === name);
      if (!found) throw new LabProblem(`This lab has no machine "${name}".`, 'correct the scenario');
      return found;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
