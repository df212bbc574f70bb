import { expect, test } from 'vitest';

import { decode } from '../../../coordinator/store/codec.ts';
import { seedSnapshot } from '../../../coordinator/store/seed.ts';
import { spared } from '../../lab/harness/spared.ts';

const why = { web: 'it is the only node' };

test('first decisions without two of the roles: neither carried nor to be given, all else as it was', () => {
  const record = { id: 'naaaaaaaaaaaa', name: 'b1', ordinal: 1, address: '10.77.0.11' };
  const first = seedSnapshot({
    cluster: { id: 'caaaaaaaaaaaa', generation: 1 },
    settings: { cluster: { name: 'muster' } },
    nodes: [record],
    assignments: { [record.id]: { roles: ['storage', 'db', 'web', 'cache', 'balancer'], why } },
  });
  const now = decode(spared(first, ['db', 'cache']));
  expect(now).toEqual({
    ...decode(first),
    assignments: { [record.id]: { roles: ['storage', 'web', 'balancer'], why } },
    wishes: { [record.id]: { forbid: ['db', 'cache'] } },
  });
});
