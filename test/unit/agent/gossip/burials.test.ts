import { expect, it } from 'vitest';
import type { Tombstone } from '../../../../agent/cluster/messages.ts';
import { burials } from '../../../../agent/gossip/burials.ts';
import type { SignedTombstone } from '../../../../roles/model/admission.ts';
import { recordOf } from '../../../support/sketches.ts';

const [a, b, c] = [recordOf(1), recordOf(2), recordOf(3)];

function stone(nodeId: string, signature: string): SignedTombstone {
  const at = '2026-01-01T00:00:00.000Z';
  return { tombstone: { clusterId: 'caaaaaaaaaaaa', generation: 1, nodeId, at }, signature };
}

function signatureOf({ signature }: Tombstone): string {
  return JSON.stringify(signature).replaceAll('"', '');
}

it('who was removed is told to all once, and what was known at the start goes with exchanges', () => {
  const said: string[] = [];
  const bury = burials({
    bury: (tombstone) => void said.push(`bury ${signatureOf(tombstone)}`),
    tellTombstone: (tombstone) => void said.push(`tell ${signatureOf(tombstone)}`),
  });
  const heard = (nodes: readonly (typeof a)[], stones: readonly SignedTombstone[]): readonly string[] => {
    said.length = 0;
    bury({ nodes, tombstones: Object.fromEntries(stones.map((one) => [one.tombstone.nodeId, one])) });
    return [...said];
  };
  expect(heard([a, c], [stone(b.id, 'b')])).toEqual(['bury b']);
  expect(heard([a, c], [stone(b.id, 'b')])).toEqual([]);
  expect(heard([a], [stone(b.id, 'b'), stone(c.id, 'c')])).toEqual(['tell c']);
  expect(heard([a, b], [stone(b.id, 'b'), stone(c.id, 'c')])).toEqual([]);
  expect(heard([a], [stone(b.id, 'b again'), stone(c.id, 'c')])).toEqual(['tell b again']);
});
