import type { DatabaseView } from '../../roles/model/database.ts';
import { MusterError } from '../../roles/model/errors.ts';
import { holdsAll } from '../../roles/model/gtid.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { nameOf, type View } from '../../roles/model/view.ts';
import type { ServerReport } from '../api/contract-server.ts';

/** What a replica has, applied or not. */
export function hasOf({ position = '', received = '' }: ServerReport): string {
  return holdsAll(position, received) ? position : received;
}

/**
 * What a move without loss means, in a sentence. Throws `not-allowed` where one of the two that it concerns does not
 * answer: writes would pause until it is given up.
 */
export function pauseOf(
  view: View,
  { primary }: DatabaseView,
  reports: readonly ServerReport[],
  to: NodeId,
): string {
  for (const id of [primary, to]) {
    const report = reports.find(({ node }) => node === id);
    if (report !== undefined && report.serves !== 'silent') continue;
    throw new MusterError('not-allowed', {
      what: 'the primary is not moved',
      why: `the database of ${nameOf(view, id)} does not answer: ${report?.why ?? 'it carries none'}`,
      next: 'muster db status',
    });
  }
  return 'writes pause for about a second; nothing is lost';
}

/**
 * What is lost when a replica takes over from a primary that is gone, in a sentence. Throws `not-allowed` where the
 * primary is not gone, or another replica has more.
 */
export function lossOf(
  view: View,
  { primary, ackers = [] }: DatabaseView,
  reports: readonly ServerReport[],
  to: NodeId,
): string {
  const named = (id: NodeId): string => nameOf(view, id);
  const answers = reports.filter(({ serves }) => serves !== 'silent');
  if (answers.some(({ node }) => node === primary))
    throw refused(`${named(primary)} answers`, 'muster db switchover');
  const listening = answers.find(({ receives }) => receives === true);
  if (listening !== undefined) {
    throw refused(`${named(listening.node)} still receives from ${named(primary)}`, 'muster db switchover');
  }
  const target = answers.find(({ node }) => node === to);
  if (target === undefined) throw refused(`${named(to)} does not answer`, 'muster db status');
  const better = answers.find((one) => !holdsAll(hasOf(target), hasOf(one)));
  if (better !== undefined)
    throw refused(
      `${named(better.node)} has more than ${named(to)}`,
      `muster db promote ${named(better.node)}`,
    );
  if (ackers.length === 0 || !waited(view, primary)) {
    return `no replica acknowledged writes, so what ${named(primary)} wrote after ${hasOf(target)} is lost, and nobody can tell how much that is`;
  }
  const unheard = ackers.filter((id) => answers.every(({ node }) => node !== id)).map(named);
  if (unheard.length === 0)
    return 'no write that was told to be done is lost: everyone that acknowledged was asked';
  return `${unheard.join(' and ')} acknowledged too and cannot be asked: what only there arrived after ${hasOf(target)} is lost`;
}

/** Whether its commits waited for a replica, as it said last: that it was decided is not yet that it does. */
function waited({ nodes }: View, primary: NodeId): boolean {
  const facts = nodes.find(({ record }) => record.id === primary)?.facts;
  return facts?.details?.db?.['waits'] !== 'no';
}

function refused(why: string, next: string): MusterError {
  return new MusterError('not-allowed', { what: 'nobody is promoted', why, next });
}
