import { expect, it } from 'vitest';
import { DbSettings } from '../../../../roles/db/settings.ts';
import { connectionsOf } from '../../../../roles/db/sizing.ts';
import { type NodeSketch, viewOf } from '../../../support/sketches.ts';

const web = (ordinal: number, workers?: string): NodeSketch => {
  return { ordinal, roles: ['web'], ...(workers === undefined ? {} : { details: { web: { workers } } }) };
};

it.each([
  { what: 'few workers', nodes: [web(1, '24')], connections: 300 },
  {
    what: 'workers of several nodes, in hundreds',
    nodes: [web(1, '192'), web(2, '192'), web(3, '192')],
    connections: 1_300,
  },
  { what: 'a node that has not spoken', nodes: [web(1, '192'), web(2)], connections: 500 },
  { what: 'more than one server can hold', nodes: [web(1, '6000')], connections: 10_000 },
])('a server takes as many connections as may come: $what', ({ nodes, connections }) => {
  expect(connectionsOf(viewOf(...nodes), DbSettings.parse({}))).toBe(connections);
});

it('a number that the operator set counts', () => {
  expect(connectionsOf(viewOf(web(1, '192')), DbSettings.parse({ connections: 50 }))).toBe(50);
});
