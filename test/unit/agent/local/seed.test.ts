import { describe, expect, it } from 'vitest';
import { ensureSeed, firstDecisions } from '../../../../agent/local/seed.ts';
import { decode } from '../../../../coordinator/store/codec.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { roles, Settings } from '../../../../roles/registry.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const config = {
  clusterId: 'caaaaaaaaaaaa',
  nodeId: 'nbbbbbbbbbbbb',
  name: 'web-1',
  address: '10.0.0.5',
};

describe('the first decisions', () => {
  it('are all defaults, this node, every role on it', () => {
    const decided = decode(firstDecisions(config, { name: 'shop' }));
    expect(decided.malformed).toEqual([]);
    expect(Settings.parse(decided.settings)).toEqual(Settings.parse({ cluster: { name: 'shop' } }));
    expect(decided.nodes).toEqual([{ id: config.nodeId, name: 'web-1', ordinal: 1, address: '10.0.0.5' }]);
    const assignable = roles.map((role) => role.name).filter((name) => name !== 'node');
    expect(decided.assignments[config.nodeId]?.roles).toEqual(assignable);
  });

  it('name the cluster and its generation', () => {
    expect(decode(firstDecisions(config, { name: 'shop' })).cluster).toEqual({
      id: 'caaaaaaaaaaaa',
      generation: 1,
    });
  });

  it('carry the admission of the first node, where it is given', () => {
    const record = {
      clusterId: config.clusterId,
      generation: 1,
      nodeId: config.nodeId,
      gossipKey: 'A'.repeat(43),
      datagramKey: 'A'.repeat(43),
      name: config.name,
      ordinal: 1,
      issuedAt: '2026-01-01T00:00:00.000Z',
    };
    const admission = { record, signature: 'A'.repeat(86) };
    const decided = decode(firstDecisions(config, { name: 'shop' }, admission));
    expect(decided.malformed).toEqual([]);
    expect(decided.nodes[0]?.admission).toEqual(admission);
  });

  it('never replace decisions that are there', async () => {
    const files = new FakeFiles();
    expect(await ensureSeed(files, config, { name: 'shop' })).toBe(true);
    const before = files.text(paths.decisions);
    expect(await ensureSeed(files, config, { name: 'another' })).toBe(false);
    expect(files.text(paths.decisions)).toBe(before);
  });
});
