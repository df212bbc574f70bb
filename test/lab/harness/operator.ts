import { isDeepStrictEqual } from 'node:util';

import type { Said } from '../core/run.ts';
import { agree, carriers, type Fits, whole } from './agreement.ts';
import { statusOf } from './cluster.ts';
import { eventually } from './eventually.ts';
import { holdersOf } from './holders.ts';
import type { LabMachine } from './machine.ts';
import { vip } from './visitors.ts';

/** A `muster` command on a node; one that is refused throws with its words. */
export const muster = (node: LabMachine, ...words: string[]): Promise<Said> =>
  node.exec(['muster', ...words]);

/** The machines of some nodes that carry the role of a balancer, and those that do not. */
export interface Parts {
  readonly balancers: readonly LabMachine[];
  readonly others: readonly LabMachine[];
}

/** Waits until all is well, and says who balances. */
export async function partsOf(machines: readonly LabMachine[], deadlineMs: number): Promise<Parts> {
  const names = carriers(await agree(machines, whole(machines.length), deadlineMs), 'balancer');
  return {
    balancers: machines.filter(({ name }) => names.includes(name)),
    others: machines.filter(({ name }) => !names.includes(name)),
  };
}

/** All nodes alive, and exactly these drained. */
export const drained =
  (...names: string[]): Fits =>
  (nodes) =>
    nodes.every(({ verdict }) => verdict === 'alive') &&
    isDeepStrictEqual(
      nodes
        .filter((node) => node.drained)
        .map(({ name }) => name)
        .sort(),
      names,
    );

/** Who belongs to the cluster and what each is for, as one node says: what only an operator or muster itself changes. */
export async function membersBy(node: LabMachine): Promise<readonly string[]> {
  const { nodes } = await statusOf(node);
  return nodes
    .map(({ id, name, address, drained, roles }) =>
      [id, name, address, drained ? 'drained' : 'in service', ...roles.map(({ role }) => role).sort()].join(
        ' ',
      ),
    )
    .sort();
}

/** A keepalived that takes over is seen at once. */
const HOLDER_EVERY_MS = 20;

/** Waits until exactly one of these machines has an address, the VIP unless another one is named. */
export async function holderAmong(
  machines: readonly LabMachine[],
  deadlineMs: number,
  address: string = vip,
): Promise<LabMachine> {
  return eventually(
    `one of ${machines.map(({ name }) => name).join(', ')} has ${address}`,
    async () => {
      const names = await holdersOf(machines, address);
      if (names.length !== 1) throw new Error(`it is on: ${names.join(', ') || 'none'}`);
      return machines.find(({ name }) => name === names[0]);
    },
    { deadlineMs, everyMs: HOLDER_EVERY_MS },
  );
}

/** Starts what is off: a story that failed half way leaves a machine so, which is no reason for the next one to fail. */
export async function powerOn(machines: readonly LabMachine[]): Promise<void> {
  for (const machine of machines) if ((await machine.state()) === 'off') await machine.start();
}

/**
 * Leaves databases, files and caches with the first machine, and no cache at all: for stories of balancers and web servers,
 * whose visitors take two cores of a host by themselves.
 */
export async function keepToPages(first: LabMachine): Promise<void> {
  const one = ['cache', 'db', 'storage'].map((role) => `${role}.nodes=1`);
  await muster(first, 'settings', 'set', '--yes', ...one, 'storage.driver=local');
  await muster(first, 'role', 'forbid', first.name, 'cache');
}
