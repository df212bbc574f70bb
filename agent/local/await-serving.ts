import { MusterError } from '../../roles/model/errors.ts';
import type { StatusReport } from '../api/contract.ts';
import { awaitStatus, type WaitParts } from './agent-answers.ts';

/** Packages are there by now; services and their proofs take some ten seconds on a slow machine. */
const deadlineMs = 120_000;

/**
 * Waits until the agent of this version says that all is well, and shows its sentences as they come. Throws
 * `not-serving` after two minutes, with what it said last.
 */
export function awaitServing(
  parts: WaitParts,
  version: string | undefined,
  after: number,
): Promise<StatusReport> {
  return awaitStatus(parts, { deadlineMs, version, after, good: isWell }, notServing);
}

/** Serving, and able to take a decision: etcd comes up last. */
function isWell(status: StatusReport): boolean {
  return status.verdict.level === 'ok' && status.decisions.writable;
}

function notServing({ nodes, verdict }: StatusReport, seconds: number): MusterError {
  const ailing = nodes.flatMap((node) => node.roles.filter((role) => role.state !== 'ready'));
  return new MusterError('not-serving', {
    what: `the cluster is not well after ${seconds} s: ${verdict.sentence}`,
    why: ailing.map(({ role, reason }) => `${role}: ${reason}`).join('; ') || 'the agent gives no reason',
    next: 'muster events',
  });
}
