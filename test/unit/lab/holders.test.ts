import { expect, test } from 'vitest';

import { ownsAddress } from '../../lab/harness/holders.ts';

const trie = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 10.77.0.0/24 2 0 2
        |-- 10.77.0.0
           /24 link UNICAST
        +-- 10.77.0.8/29 2 0 2
           |-- 10.77.0.12
              /32 host LOCAL
        |-- 10.77.0.255
           /32 link BROADCAST
`;

test.each([
  { address: '10.77.0.12', owns: true },
  { address: '10.77.0.1', owns: false },
  { address: '10.77.0.0', owns: false },
  { address: '10.77.0.255', owns: false },
  { address: '10.7790.12', owns: false },
])('$address: $owns', ({ address, owns }) => {
  expect(ownsAddress(trie, address)).toBe(owns);
});
