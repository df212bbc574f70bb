import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { LabProblem } from '../core/problem.ts';
import { put } from '../machine/copy.ts';
import { passThrough } from './exec.ts';
import { DEFAULT_SHAPE, up } from './up.ts';

const CHECKOUT = join(import.meta.dirname, '../../..');
const PLACE = '/root/muster';

/** A lab with the real install on it. Returns the installer's exit code. */
export const cluster = async (machines: number, say: (line: string) => void): Promise<number> => {
  if (machines !== 1) {
    throw new LabProblem(
      `A cluster of ${machines} cannot be made yet: machines do not join one another so far.`,
      'npm run lab -- cluster 1',
    );
  }
  for (const name of ['dist/payload', 'install.sh']) {
    if (!existsSync(join(CHECKOUT, name))) {
      throw new LabProblem(`There is no ${name} in this checkout to install from.`, 'npm run build');
    }
  }
  await up({ machines, tree: 'bare', each: DEFAULT_SHAPE, shapes: {} }, say);
  await put('b1', join(CHECKOUT, 'dist/payload'), `${PLACE}/dist/payload`);
  await put('b1', join(CHECKOUT, 'install.sh'), `${PLACE}/install.sh`);
  return passThrough('b1', ['sh', '-c', `cd ${PLACE} && exec ./install.sh`]);
};
