import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { LabProblem } from '../core/problem.ts';
import { bring, place } from '../harness/cluster.ts';
import { lineFor, tokenOn } from '../harness/join.ts';
import { machineOf } from '../harness/machine.ts';
import { passThrough } from './exec.ts';
import { DEFAULT_SHAPE, up } from './up.ts';

const CHECKOUT = join(import.meta.dirname, '../../..');

type Say = (line: string) => void;

/** Refuses where there is nothing to install. */
export const needPayload = (): void => {
  for (const name of ['dist/payload', 'install.sh']) {
    if (!existsSync(join(CHECKOUT, name))) {
      throw new LabProblem(`There is no ${name} in this checkout to install from.`, 'npm run build');
    }
  }
};

/**
 * A lab with a real cluster on it: b1 is installed, the others join it by the line that it prints. Returns the exit code
 * of the first command that failed, with the lab as it then is.
 */
export const cluster = async (
  count: number,
  options: { readonly vip?: string },
  say: Say,
): Promise<number> => {
  needPayload();
  const state = await up({ machines: count, tree: 'bare', each: DEFAULT_SHAPE, shapes: {} }, say);
  const [first, ...others] = state.machines.map(({ name, address }) => machineOf(name, address));
  if (first === undefined) return 1;
  await bring(first);
  const words = options.vip === undefined ? [] : ['--vip', options.vip];
  const installed = await passThrough(first.name, [`${place}/install.sh`, ...words]);
  if (installed !== 0 || others.length === 0) return installed;
  const { lines } = await tokenOn(first);
  for (const machine of others) {
    say(`the line of ${first.name} is pasted on ${machine.name}`);
    const joined = await passThrough(machine.name, ['sh', '-c', await lineFor(machine, lines)]);
    if (joined !== 0) return joined;
  }
  return passThrough(first.name, ['muster', 'status']);
};
