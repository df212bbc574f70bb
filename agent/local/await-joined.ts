import { MusterError } from '../../roles/model/errors.ts';
import type { NodeStatus, StatusReport } from '../api/contract.ts';
import { awaitStatus, type WaitParts } from './agent-answers.ts';

/** What these begin with is a copy of data that the others have, which takes as long as there is data. */
const copying: ReadonlySet<string> = new Set(['db', 'storage']);

/**
 * Packages are there by now; an agent starts within two seconds, and the services of five roles within twenty; the
 * common files of the others come last. On a host that is busy with other machines it takes some times that.
 */
const deadlineMs = 180_000;

/**
 * Waits until this node has its roles, they are ready (or copy data), and it hears another node. Throws `not-serving`
 * after three minutes with what is missing: how the rest of the cluster fares is not its business.
 */
export function awaitJoined(
  parts: WaitParts,
  version: string | undefined,
  after: number,
): Promise<StatusReport> {
  const good = (status: StatusReport): boolean => missing(status) === undefined;
  return awaitStatus(parts, { deadlineMs, version, after, good }, notJoined);
}

/** What is not there yet, in words; undefined when all is. */
function missing({ nodes }: StatusReport): string | undefined {
  const own = nodes.find(({ self }) => self);
  const others = nodes.filter(({ self }) => !self);
  if (own === undefined) return 'its own admission is not among the decisions that it knows';
  if (!others.some(isHeard)) {
    const names = others.map(({ name, address }) => `${name} (${address})`).join(', ');
    return `no word comes from ${names}; they must reach this machine, and it them, at 7700 (tcp and udp)`;
  }
  if (own.roles.length === 0)
    return 'no role was given to it yet: muster why, on the node that leads, says more';
  const ailing = own.roles.filter((one) => one.state !== 'ready' && !copies(one));
  return ailing.length === 0 ? undefined : ailing.map(({ role, reason }) => `${role}: ${reason}`).join('; ');
}

function copies({ role, state }: NodeStatus['roles'][number]): boolean {
  return state === 'starting' && copying.has(role);
}

/** What goes on after a join, in words; undefined when nothing does. */
export function atWork(roles: NodeStatus['roles']): string | undefined {
  const busy = roles.filter(copies).map(({ role, reason }) => `${role}: ${reason}`);
  return busy.length === 0 ? undefined : busy.join('; ');
}

/** Its facts have come, and it is not missed. */
function isHeard({ verdict, cores }: NodeStatus): boolean {
  return verdict === 'alive' && cores !== undefined;
}

function notJoined(status: StatusReport, seconds: number): MusterError {
  return new MusterError('not-serving', {
    what: `this node has not taken its place after ${seconds} s`,
    why: missing(status) ?? `the agent that answers is ${status.version}, not the one just installed`,
    next: 'muster events; muster status',
  });
}
