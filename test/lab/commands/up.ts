import { addressOf, MOST_MACHINES, nameOf } from '../core/address.ts';
import { refusal, thisHolder, withLock } from '../core/lock.ts';
import { LabProblem } from '../core/problem.ts';
import type { Shape } from '../core/shape.ts';
import { type LabState, readState, saveState } from '../core/state.ts';
import { makeBridge } from '../host/bridge.ts';
import { machinesWithCgroups, processesOf } from '../host/cgroups.ts';
import { applyLinks } from '../host/links.ts';
import { emulatorPreflight, preflight } from '../host/preflight.ts';
import { boot } from '../machine/boot.ts';
import { prepare } from '../machine/prepare.ts';
import { type TreeKind, treeLayers, withKernel } from '../tree/trees.ts';
import { clear } from './down.ts';

/** What an operator orders. */
export interface Order {
  readonly machines: number;
  readonly tree: TreeKind;
  readonly each: Shape;
  readonly shapes: Readonly<Record<string, Partial<Shape>>>;
}

/** A small server of today; the host has to carry several. */
export const DEFAULT_SHAPE: Shape = {
  memBytes: 2 * 2 ** 30,
  cpus: 1,
  diskBytes: 8 * 2 ** 30,
  init: 'systemd',
};

const refuseSecond = async (): Promise<void> => {
  for (const name of await machinesWithCgroups()) {
    if ((await processesOf(name)).length === 0) continue;
    const state = await readState();
    throw refusal(state?.holder ?? { pid: 0, command: 'an unknown command', since: 'an unknown time' });
  }
};

const stateOf = (order: Order): LabState => ({
  holder: thisHolder(),
  machines: Array.from({ length: order.machines }, (_, at) => {
    const name = nameOf(at + 1);
    return { name, address: addressOf(at + 1), ...order.each, ...order.shapes[name] };
  }),
  cuts: [],
  lossPercent: {},
});

/** Brings a lab up; returns when every machine is ready. */
export const up = async (order: Order, say: (line: string) => void): Promise<LabState> => {
  if (!Number.isInteger(order.machines) || order.machines < 1 || order.machines > MOST_MACHINES) {
    throw new LabProblem(`A lab has 1 to ${MOST_MACHINES} machines.`, 'npm run lab -- up 3');
  }
  await preflight(say);
  return withLock(async () => {
    await refuseSecond();
    await clear();
    const state = stateOf(order);
    const layers = await treeLayers(order.tree, say);
    const emulated = state.machines.some(({ init }) => init === 'kernel');
    if (emulated) await emulatorPreflight(say);
    const kernelLayers = emulated ? await withKernel(layers, say) : [];
    await saveState(state);
    try {
      await makeBridge(state);
      await applyLinks(state);
      const booted = await Promise.allSettled(
        state.machines.map(async (machine) => {
          await prepare(machine, machine.init === 'kernel' ? kernelLayers : layers);
          await boot(machine);
        }),
      );
      for (const one of booted) if (one.status === 'rejected') throw one.reason;
    } catch (error) {
      await clear();
      throw error;
    }
    return state;
  });
};
