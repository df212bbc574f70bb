import type { NodeStatus } from '../../../agent/api/contract.ts';
import type { RoleName } from '../../../roles/model/node.ts';
import { statusOf } from './cluster.ts';
import { eventually } from './eventually.ts';
import type { LabMachine } from './machine.ts';

/** What is asked of a status that all share. */
export type Fits = (nodes: readonly NodeStatus[]) => boolean;

/** Of a report, what every node has to say alike: who is there, what the others think of it, what it serves and how. */
const told = (nodes: readonly NodeStatus[]): string =>
  nodes
    .map(({ name, address, verdict, drained, roles }) => {
      const served = roles.map(({ role, state }) => `${role} ${state}`).sort();
      return [name, address, verdict, ...(drained ? ['drained'] : []), ...served].join(', ');
    })
    .sort()
    .join('; ');

/** In what two nodes differ, as a sentence; undefined where all say the same. */
export const disagreement = (
  reports: ReadonlyArray<{ readonly by: string; readonly nodes: readonly NodeStatus[] }>,
): string | undefined => {
  const [first, ...others] = reports.map(({ by, nodes }) => ({ by, says: told(nodes) }));
  const other = others.find(({ says }) => says !== first?.says);
  if (first === undefined || other === undefined) return undefined;
  return `${first.by} says "${first.says}", ${other.by} says "${other.says}"`;
};

/** The names of the nodes that carry a role, in order. */
export const carriers = (nodes: readonly NodeStatus[], role: RoleName): string[] =>
  nodes
    .filter(({ roles }) => roles.some((one) => one.role === role))
    .map(({ name }) => name)
    .sort();

/** So many nodes, all alive and ready in every role: all serve pages, and two of them balance. */
export const whole =
  (count: number): Fits =>
  (nodes) =>
    nodes.length === count &&
    nodes.every(
      ({ verdict, roles }) => verdict === 'alive' && roles.every(({ state }) => state === 'ready'),
    ) &&
    carriers(nodes, 'web').length === count &&
    carriers(nodes, 'balancer').length === Math.min(count, 2);

/** Waits until every machine's `muster status` says the same, and it fits; returns what they say. */
export async function agree(
  machines: readonly LabMachine[],
  fits: Fits,
  deadlineMs: number,
): Promise<readonly NodeStatus[]> {
  const names = machines.map(({ name }) => name).join(', ');
  return eventually(
    `${names} agree, and all is as it should be`,
    async () => {
      const reports = await Promise.all(
        machines.map(async (machine) => ({ by: machine.name, nodes: (await statusOf(machine)).nodes })),
      );
      const difference = disagreement(reports);
      if (difference !== undefined) throw new Error(difference);
      const nodes = reports[0]?.nodes ?? [];
      if (!fits(nodes)) throw new Error(`all say "${told(nodes)}"`);
      return nodes;
    },
    { deadlineMs, everyMs: 500 },
  );
}
