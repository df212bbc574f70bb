import { MusterError } from '../../roles/model/errors.ts';
import { nodeHostname } from '../../roles/model/node.ts';
import { RemovalReport } from '../api/contract.ts';
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
 * left to do on another node, and muster may leave this machine all the same.
 */
export async function leave(
  { ask, clock, talk }: Pick<LocalParts, 'ask' | 'clock' | 'talk'>,
  { config }: Membership,
): Promise<string | undefined> {
  const endMs = clock.monotonicMs() + deadlineMs;
  let told = '';
  let answered = false;
  while (clock.monotonicMs() < endMs) {
    const answer = await ask(`/v1/nodes/${config.nodeId}`, { method: 'DELETE' });
    const turn = RemovalReport.safeParse(answer).data;
    if (turn?.removed === true) return undefined;
    if (turn === undefined) break;
    answered = true;
    if (turn.sentence !== told) talk.say(`  ${turn.sentence}`);
    told = turn.sentence;
    await clock.sleep(pauseMs);
  }
  const why = answered ? 'it had not ended all that it carries' : 'the cluster could not be asked';
  return `${config.name} (${nodeHostname(config.nodeId)}) is still a node for the others, since ${why}: muster node rm ${config.name}, on another node`;
}
