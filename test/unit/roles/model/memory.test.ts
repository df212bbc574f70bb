import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../../roles/model/memory.ts';
import { nodeOf } from '../../../support/sketches.ts';

const all = ['balancer', 'cache', 'web', 'db', 'storage'] as const;
type Roles = (typeof all)[number][];

function shares(memoryMiB: number, roles: Roles): number[] {
  const node = nodeOf({ ordinal: 1, roles, hardware: { memoryMiB } });
  return roles.map((role) => memoryOf(node, role));
}

describe('the memory of a node', () => {
  it.each<{ memoryMiB: number; roles: Roles; mib: number[] }>([
    { memoryMiB: 2048, roles: ['web', 'db', 'cache'], mib: [597, 597, 238] },
    { memoryMiB: 2048, roles: [...all], mib: [102, 204, 512, 512, 102] },
    { memoryMiB: 2048, roles: ['db'], mib: [1433] },
    { memoryMiB: 65_536, roles: [...all], mib: [3730, 7460, 18_651, 18_651, 3730] },
    { memoryMiB: 512, roles: [...all], mib: [64, 64, 73, 73, 64] },
  ])('$memoryMiB MiB for $roles', ({ memoryMiB, roles, mib }) => {
    expect(shares(memoryMiB, roles)).toEqual(mib);
  });

  it('is never promised twice, but on machines that are too small for anything', () => {
    const some = fc.subarray([...all], { minLength: 1 });
    fc.assert(
      fc.property(fc.integer({ min: 1_400, max: 1_000_000 }), some, (memoryMiB, roles) => {
        expect(shares(memoryMiB, roles).reduce((sum, one) => sum + one, 0)).toBeLessThan(memoryMiB);
      }),
    );
  });

  it('of a node that has not said a word is little', () => {
    expect(memoryOf(nodeOf({ ordinal: 1, roles: ['db'], silent: true }), 'db')).toBe(204);
  });

  it('counts a role that it is just given', () => {
    const node = nodeOf({ ordinal: 1, roles: ['web'], hardware: { memoryMiB: 2048 } });
    expect(memoryOf(node, 'db')).toBe(716);
  });
});
