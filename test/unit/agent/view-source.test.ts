import { expect, it } from 'vitest';
import { OwnFacts } from '../../../agent/cluster/own-facts.ts';
import { viewSource } from '../../../agent/view-source.ts';
import { decode, encode } from '../../../coordinator/store/codec.ts';
import { recordOf, smallHardware } from '../../support/sketches.ts';

it('settings that cannot be read are told once, and the last good ones count', () => {
  const record = recordOf(1);
  const told: string[] = [];
  let settings: unknown = { web: { workers: 7 } };
  const known = (): ReturnType<typeof decode> => {
    const entries = Object.entries(encode({ settings, nodes: [record] }));
    return decode({
      revision: 1,
      entries: Object.fromEntries(entries.map(([key, value]) => [key, { value, modRevision: 1 }])),
    });
  };
  const config = { clusterId: 'c1', nodeId: record.id, name: record.name, address: record.address };
  const view = viewSource({
    config,
    source: { known },
    facts: new OwnFacts(record.id, smallHardware),
    membership: () => undefined,
    removed: () => false,
    tell: (sentence) => told.push(sentence),
  });
  expect(view()?.settings).toMatchObject({ web: { workers: 7 } });
  settings = { web: { workers: 'many' } };
  expect([view()?.settings, view()?.settings]).toMatchObject([
    { web: { workers: 7 } },
    { web: { workers: 7 } },
  ]);
  expect(told).toEqual([expect.stringContaining('web.workers')]);
});
