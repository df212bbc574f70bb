import { describe, expect, it } from 'vitest';
import { keepAddresses } from '../../../../coordinator/brain/addresses.ts';
import { nodeKey } from '../../../../coordinator/store/keys.ts';
import { NodeRecord } from '../../../../roles/model/node.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { nodeOf, recordOf, viewOf } from '../../../support/sketches.ts';

const elsewhere = '10.77.0.99';

function snapshot(...ordinals: readonly number[]): Snapshot {
  const entries = ordinals.map((ordinal) => {
    const record = recordOf(ordinal);
    return [nodeKey(record.id), { value: JSON.stringify(record), modRevision: 4 }];
  });
  return { revision: 9, entries: Object.fromEntries(entries) };
}

const at = (ordinal: number, address: string, verdict: NodeView['verdict'] = 'alive'): NodeView => {
  const node = nodeOf({ ordinal, verdict });
  return { ...node, record: { ...node.record, address } };
};

const seen = (...nodes: readonly NodeView[]): View => ({ ...viewOf({ ordinal: 1 }), nodes });

/** What is written, by node. */
const written = (view: View, decided = snapshot(1, 2)): Record<string, string> =>
  Object.fromEntries(
    keepAddresses(view, decided)
      .flatMap(({ transaction }) => Object.values(transaction.put ?? {}))
      .map((text) => NodeRecord.parse(JSON.parse(text)))
      .map(({ name, address }) => [name, address]),
  );

describe('the addresses that are written down', () => {
  const own = recordOf(1).address;
  it.each([
    {
      what: 'stay where all are where they were',
      view: seen(nodeOf({ ordinal: 1 }), nodeOf({ ordinal: 2 })),
      is: {},
    },
    {
      what: 'follow a node that moved',
      view: seen(nodeOf({ ordinal: 1 }), at(2, elsewhere)),
      is: { b2: elsewhere },
    },
    {
      what: 'wait for one that is silent',
      view: seen(nodeOf({ ordinal: 1 }), at(2, elsewhere, 'suspect')),
      is: {},
    },
    { what: 'are nobody’s twice', view: seen(nodeOf({ ordinal: 1 }), at(2, own)), is: {} },
    {
      what: 'are swapped by two that swapped',
      view: seen(at(1, recordOf(2).address), at(2, own)),
      is: { b1: recordOf(2).address, b2: own },
    },
  ])('$what', ({ view, is }) => expect(written(view)).toEqual(is));

  it('are written only over what was seen', () => {
    const [change] = keepAddresses(seen(nodeOf({ ordinal: 1 }), at(2, elsewhere)), snapshot(1, 2));
    expect(change?.transaction.conditions).toEqual([{ key: nodeKey(recordOf(2).id), modRevision: 4 }]);
    expect(change?.sentences).toEqual(['b2 is at 10.77.0.99 now, and no longer at 10.77.0.12']);
  });
});
