import { MusterError } from '../../roles/model/errors.ts';
import type { Clock } from '../../roles/model/ports.ts';
import type { NodeStatus, StatusReport } from '../api/contract.ts';
import { askStatus, isVersion, showEvents } from './await-serving.ts';
import type { AgentProcess, AskAgent, Talk } from './parts.ts';

interface Parts {
  readonly ask: AskAgent;
  readonly clock: Clock;
  readonly agent: AgentProcess;
  readonly talk: Talk;
}

/** Packages are there by now; an agent starts within two seconds, and services within ten. */
const deadlineMs = 60_000;
/** Quick enough for someone who looks on, and nothing beside what the agent itself does then. */
const pollMs = 250;
const shownLogLines = 10;

/**
 * Waits until this node has its roles, they are ready, and it hears another node. Throws `not-serving` after a minute
 * with what is missing: how the rest of the cluster fares is not its business.
 */
export async function awaitJoined(
  parts: Parts,
  version: string | undefined,
  after: number,
): Promise<StatusReport> {
  const { ask, clock } = parts;
  const endMs = clock.monotonicMs() + deadlineMs;
  let shown = after;
  let status: StatusReport | undefined;
  while (clock.monotonicMs() < endMs) {
    shown = await showEvents(parts, shown);
    status = await askStatus(ask);
    if (status !== undefined && isVersion(status, version) && missing(status) === undefined) return status;
    await clock.sleep(pollMs);
  }
  throw await notJoined(parts, status);
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
  const ailing = own.roles.filter(({ state }) => state !== 'ready');
  return ailing.length === 0 ? undefined : ailing.map(({ role, reason }) => `${role}: ${reason}`).join('; ');
}

/** Its facts have come, and it is not missed. */
function isHeard({ verdict, cores }: NodeStatus): boolean {
  return verdict === 'alive' && cores !== undefined;
}

async function notJoined({ agent }: Parts, status: StatusReport | undefined): Promise<MusterError> {
  const seconds = deadlineMs / 1_000;
  if (status === undefined) {
    const words = await agent.lastWords(shownLogLines);
    return new MusterError('not-serving', {
      what: `the agent did not answer within ${seconds} s`,
      why: words.length === 0 ? 'it has written nothing' : `its last words:\n${words.join('\n')}`,
      next: 'muster doctor',
    });
  }
  return new MusterError('not-serving', {
    what: `this node has not taken its place after ${seconds} s`,
    why: missing(status) ?? `the agent that answers is ${status.version}, not the one just installed`,
    next: 'muster events; muster status',
  });
}
