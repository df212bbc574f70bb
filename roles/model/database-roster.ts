import { fingerprint } from './fingerprint.ts';
import type { Endpoint, EndpointState, Roster } from './roster.ts';
import { carriersOf, isReachable, type NodeView, type View } from './view.ts';

/** Readers share evenly; HAProxy gives the next connection to whoever has fewest. */
const evenWeight = 100;

/** The state in which a database is used here now; undefined where that is not known. */
export type UsedNow = (node: NodeView) => EndpointState | undefined;

/**
 * Where writes go: to the node that the decision names, and to nobody else, whatever is heard of it. Before there is a
 * decision, nothing changes.
 */
export function writers(view: View, before: UsedNow): Roster {
  const carriers = carriersOf(view, 'db');
  const primary = view.database?.primary ?? carriers.find((node) => before(node) === 'ready')?.record.id;
  return rosterWith(carriers, ({ record }) => (record.id === primary ? 'ready' : 'out'));
}

/**
 * Where reads go: to the replicas that keep up; where there is none, to the primary; where that is away, to whichever
 * replica is there, late as it is. Never nowhere: with nobody in reach all stays as it is. Who is no longer read from
 * finishes what it has.
 */
export function readers(view: View, before: UsedNow): Roster {
  const carriers = carriersOf(view, 'db');
  const primary = carriers.filter(({ record }) => record.id === view.database?.primary);
  const replicas = carriers.filter((node) => !primary.includes(node) && isReachable(node));
  const steps = [
    replicas.filter((node) => keepsUp(node, before)),
    primary.filter(isReachable),
    replicas.filter(({ facts }) => facts?.details?.db?.['serves'] === 'replica'),
    carriers.filter((node) => before(node) === 'ready'),
    primary,
  ];
  const chosen = steps.find((nodes) => nodes.length > 0) ?? [];
  return rosterWith(carriers, (node) => {
    if (chosen.includes(node)) return 'ready';
    return isReachable(node) && node.facts !== undefined ? 'drain' : 'out';
  });
}

/** Of one that is silent, what is in force counts: what it said last is old. */
function keepsUp(node: NodeView, before: UsedNow): boolean {
  const said = node.facts?.details?.db;
  if (node.verdict === 'unmanaged' || node.facts === undefined) return before(node) === 'ready';
  return node.record.drained !== true && said?.['serves'] === 'replica' && said['lag'] === 'ok';
}

function rosterWith(carriers: readonly NodeView[], stateOf: (node: NodeView) => EndpointState): Roster {
  const endpoints = carriers.map((node): Endpoint => {
    const { id, ordinal, address } = node.record;
    return { node: id, ordinal, address, weight: evenWeight, state: stateOf(node) };
  });
  return { role: 'db', endpoints, revision: fingerprint(endpoints) };
}
