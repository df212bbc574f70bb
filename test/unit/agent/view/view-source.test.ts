import { describe, expect, it } from 'vitest';
import { OwnFacts } from '../../../../agent/cluster/own-facts.ts';
import { viewSource } from '../../../../agent/view/view-source.ts';
import { decode, encode } from '../../../../coordinator/store/codec.ts';
import type { Facts } from '../../../../roles/model/facts.ts';
import type { View } from '../../../../roles/model/view.ts';
import { recordOf, smallHardware } from '../../../support/sketches.ts';

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
    source: { known, answers: () => true },
    facts: new OwnFacts(record.id, smallHardware),
    membership: () => undefined,
    removed: () => false,
    twin: () => undefined,
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

describe('a node among others', () => {
  const [first, second] = [recordOf(1), recordOf(2)];
  const roles = { roles: ['web' as const], why: {} };
  const assignments = { [first.id]: roles, [second.id]: roles };
  const own = new OwnFacts(first.id, smallHardware);
  const factsOf = (node: string, cores: number): Facts => ({
    ...own.current(),
    node,
    hardware: { ...smallHardware, cores },
  });
  const circle = {
    facts: () => ({ [first.id]: factsOf(first.id, 64), [second.id]: factsOf(second.id, 8) }),
    verdicts: () => ({ [second.id]: 'unreachable' as const }),
  };

  function seen(
    parts: { readonly heard?: boolean; readonly removed?: boolean; readonly twin?: string } = {},
  ): View | undefined {
    const entries = Object.entries(
      encode({ cluster: { id: 'c1', generation: 3 }, nodes: [first, second], assignments }),
    );
    const known = decode({
      revision: 4,
      entries: Object.fromEntries(entries.map(([key, value]) => [key, { value, modRevision: 1 }])),
    });
    return viewSource({
      config: { clusterId: 'c1', nodeId: first.id, name: first.name, address: first.address },
      source: { known: () => known, answers: () => true },
      facts: own,
      membership: () => (parts.heard === false ? undefined : circle),
      removed: () => parts.removed === true,
      twin: () => parts.twin,
      tell: () => undefined,
    })();
  }

  it('sees what they say, and of itself what it knows now', () => {
    expect(seen()).toMatchObject({
      cluster: { id: 'c1', generation: 3, name: 'muster' },
      revision: 4,
      nodes: [
        { verdict: 'alive', roles: ['web'], facts: { hardware: { cores: 1 } } },
        { verdict: 'unreachable', roles: ['web'], facts: { hardware: { cores: 8 } } },
      ],
    });
  });

  it('takes nobody for gone before it listens', () => {
    const [, other] = seen({ heard: false })?.nodes ?? [];
    expect(other).toMatchObject({ verdict: 'alive', roles: ['web'] });
    expect(other).not.toHaveProperty('facts');
  });

  it('carries nothing any more once it was removed', () => {
    expect(seen({ removed: true })?.nodes).toMatchObject([
      { verdict: 'left', roles: [] },
      { verdict: 'unreachable', roles: ['web'] },
    ]);
  });

  it('carries nothing while another machine lives under its identity, and says where', () => {
    const view = seen({ twin: '10.77.0.77' });
    expect(view?.twin).toBe('10.77.0.77');
    expect(view?.nodes).toMatchObject([
      { verdict: 'left', roles: [] },
      { verdict: 'unreachable', roles: ['web'] },
    ]);
  });
});
