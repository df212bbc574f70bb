import type { RoleName } from './node.ts';
import type { NodeView } from './view.ts';

/**
 * How the roles of one node share its memory: what a web server's PHP and a database need is most of it, nginx and
 * memcached are content with less, HAProxy and a file server with little.
 */
const weights: Readonly<Record<Exclude<RoleName, 'node'>, number>> = {
  balancer: 1,
  cache: 2,
  web: 5,
  db: 5,
  storage: 1,
};

/** The system, the agent and etcd. */
const ownMiB = 256;

/** Of what is left: the rest is the kernel's page cache, which static files and databases live from, and peaks. */
const share = 0.8;

/** A machine whose hardware is not known yet has little. */
const unknownMiB = 512;

/** No role is given less than this: with less it does not start. */
const leastMiB = 64;

/**
 * The memory in MiB that a role may plan with on a node, beside the other roles that the node carries now. It changes as
 * roles come and go: what is sized by it has to take another size without a pause.
 */
export function memoryOf(node: NodeView, role: keyof typeof weights): number {
  const whole = node.facts?.hardware.memoryMiB ?? unknownMiB;
  const carried = new Set([role, ...node.roles]);
  const all = [...carried].reduce((sum, one) => sum + weights[one], 0);
  return Math.max(leastMiB, Math.floor(((whole - ownMiB) * share * weights[role]) / all));
}
