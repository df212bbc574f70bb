import { listen } from '../model/listen.ts';
import type { RoleName } from '../model/node.ts';
import { carriesOrEnds, selfOf, type View } from '../model/view.ts';
import { votersOf } from './standing.ts';

/** A port of muster's own services on this machine, and the addresses it is open to. */
export interface Door {
  readonly port: number;
  readonly from: readonly string[];
}

/** Which roles call which port of a role, and nobody else does; `node` is every node. */
const callers: readonly {
  readonly role: RoleName;
  readonly port: number;
  readonly from: readonly RoleName[];
}[] = [
  // Balancers and caches; and any other, to see whether it still serves when its agent has fallen silent.
  { role: 'web', port: listen.web, from: ['node'] },
  { role: 'balancer', port: listen.origin, from: ['cache'] },
  { role: 'cache', port: listen.cache, from: ['balancer'] },
  { role: 'cache', port: listen.pool, from: ['web'] },
  { role: 'storage', port: listen.files, from: ['web'] },
  { role: 'db', port: listen.database, from: ['web', 'db'] },
  ...[listen.volumes, ...listen.bricks].map((port) => ({
    role: 'storage' as const,
    port,
    from: ['web', 'storage'] as const,
  })),
];

/**
 * The doors of this node: the ports of the roles it carries and, on a voter, of its store. They follow the decisions
 * and not the verdicts: who is unreachable finds them open when it is back; and whose role was taken away finds them open
 * until all that is under way there has ended. What is no service of ours has no door here.
 */
export function doorsOf(view: View): readonly Door[] {
  const self = selfOf(view);
  const own = callers.filter(({ role }) => carriesOrEnds(self, role));
  const doors = own.map(({ port, from }) => ({
    port,
    from: addresses(
      view,
      from.flatMap((role) => view.nodes.filter((node) => carriesOrEnds(node, role))),
    ),
  }));
  const voters = votersOf(view);
  const voter = voters.length > 1 && voters.some(({ record }) => record.id === view.self);
  const store = voter ? [{ port: listen.etcdPeer, from: addresses(view, voters) }] : [];
  return [...store, ...doors].sort((a, b) => a.port - b.port);
}

/** Once each, this node's own among them, in order. */
function addresses(view: View, nodes: View['nodes']): readonly string[] {
  const present = nodes.filter(({ verdict }) => verdict !== 'left');
  return [...new Set([selfOf(view), ...present].map(({ record }) => record.address))].sort();
}
