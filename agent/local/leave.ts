import { MusterError } from '../../roles/model/errors.ts';
import { nodeHostname } from '../../roles/model/node.ts';
import { ErrorReport, RemovalReport } from '../api/contract.ts';
import type { LocalParts } from './parts.ts';
import type { Membership } from './repair.ts';

/** Clients are shed, requests in flight end, services stop: half a minute, and as much again for a slow machine. */
const deadlineMs = 90_000;
/** A role ends in cycles of five seconds. */
const pauseMs = 1_000;

/** Throws `not-allowed` where the others could decide nothing any more without this node, with the way out. */
export function refuseToStrand({ config, voter, others }: Membership): void {
  if (!voter) return;
  const names = others.join(', ');
  throw new MusterError('not-allowed', {
    what: `${config.name} stays as it is: it alone keeps the decisions of the cluster`,
    why: `without it ${names} could decide nothing any more`,
    next: `to end the cluster: muster node rm ${others[0]}${others.length > 1 ? ' and so on' : ''}, then muster uninstall here; to rest this machine: muster node drain ${config.name}`,
  });
}

/**
 * Has the cluster let this node go: its roles go to others first. Undefined when it has; else a sentence with what is
 * left to do on another node, and muster may leave this machine all the same. Throws `not-allowed` where something
 * would be lost with it, as the primary of the database.
 */
export async function leave(
  { agent, ask, clock, talk }: Pick<LocalParts, 'agent' | 'ask' | 'clock' | 'talk'>,
  { config }: Membership,
): Promise<string | undefined> {
  const endMs = clock.monotonicMs() + deadlineMs;
  let told = '';
  while (clock.monotonicMs() < endMs) {
    const answer = await ask(`/v1/nodes/${config.nodeId}`, { method: 'DELETE' });
    refuseToLose(ErrorReport.safeParse(answer).data);
    const turn = RemovalReport.safeParse(answer).data;
    if (turn?.removed === true) return undefined;
    // The node that decides may be away for a moment; an agent that does not run stays so.
    if (turn === undefined && !(await agent.running())) break;
    if (turn !== undefined && turn.sentence !== told) talk.say(`  ${turn.sentence}`);
    told = turn?.sentence ?? told;
    await clock.sleep(pauseMs);
  }
  const why = told !== '' ? 'it had not ended all that it carries' : 'the cluster could not be asked';
  return `${config.name} (${nodeHostname(config.nodeId)}) is still a node for the others, since ${why}: muster node rm ${config.name}, on another node`;
}

/** Any other error passes, or has nothing to say in it. */
function refuseToLose(report: ErrorReport | undefined): void {
  if (report?.error.code !== 'not-allowed') return;
  const { what, why, next } = report.error;
  throw new MusterError('not-allowed', { what, why, next });
}
