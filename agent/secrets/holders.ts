import type { DecisionSet } from '../../coordinator/store/codec.ts';
import type { RoleName } from '../../roles/model/node.ts';
import { voterRecords } from '../../roles/node/standing.ts';
import type { Recipient } from '../admission/sealed.ts';

/** Whom a secret is for: the nodes of a role; `voter`: those that keep the decisions, and nobody else. */
type Audience = RoleName | 'voter';

/** Whose nodes need a secret, told by the beginning of its name. */
const audiences: Readonly<Record<string, Audience>> = {
  'app-': 'web',
  'db-': 'web',
  'cert-': 'balancer',
  // The account, and keys of certificates that are not there yet: whoever leads may have to go on with them.
  'acme-': 'voter',
};

/** Whom a secret is for; undefined for one that is kept by other rules. */
export function audienceOf(name: string): Audience | undefined {
  return audiences[Object.keys(audiences).find((prefix) => name.startsWith(prefix)) ?? ''];
}

/**
 * Who shall be able to open a secret: the nodes that need it, and the voters, which seal it to whoever comes to need
 * it. Nodes without an admission have no key to seal to.
 */
export function holdersOf(
  name: string,
  { nodes, assignments }: Pick<DecisionSet, 'nodes' | 'assignments'>,
): readonly Recipient[] {
  const audience = audienceOf(name);
  const voters = new Set(voterRecords(nodes).map(({ id }) => id));
  return nodes.flatMap(({ id, admission }) => {
    const needs = (assignments[id]?.roles ?? []).some((role) => role === audience);
    if (admission === undefined || !(needs || voters.has(id))) return [];
    return [{ nodeId: id, datagramKey: admission.record.datagramKey }];
  });
}
