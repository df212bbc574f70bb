import type * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import { Event } from '../../roles/model/event.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import { EventsReport, StatusReport } from '../api/contract.ts';
import { jsonOf } from './ask-agent.ts';
import type { AgentProcess, AskAgent, Talk } from './parts.ts';

interface Parts {
  readonly ask: AskAgent;
  readonly clock: Clock;
  readonly agent: AgentProcess;
  readonly talk: Talk;
}

/** Packages are there by now; services and their proofs take some ten seconds on a slow machine. */
const deadlineMs = 120_000;
/** Quick enough for someone who looks on, and nothing beside what the agent itself does then. */
const pollMs = 250;
const eventsPerPoll = 50;
const shownLogLines = 10;

/** What the agent says of the cluster; undefined while it does not answer. */
export async function askStatus(ask: AskAgent): Promise<StatusReport | undefined> {
  return parsed(StatusReport, await ask('/v1/status'));
}

/** The number of the newest event of the journal, to show those after it; 0 where there is none. */
export async function newestEvent(files: Files): Promise<number> {
  const lines = ((await files.read(paths.journal)) ?? '').trimEnd().split('\n');
  const newest = Event.safeParse(jsonOf(lines.at(-1) ?? ''));
  return newest.success ? newest.data.sequence : 0;
}

/**
 * Waits until the agent of this version says that all is well, and shows its sentences as they come. Throws
 * `not-serving` after two minutes, with what it said last.
 */
export async function awaitServing(
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
    if (status !== undefined && isWell(status) && isVersion(status, version)) return status;
    await clock.sleep(pollMs);
  }
  throw await notServing(parts, status);
}

/** Shows what the agent has told after an event; returns the newest shown. */
export async function showEvents({ ask, talk }: Pick<Parts, 'ask' | 'talk'>, after: number): Promise<number> {
  const events =
    parsed(EventsReport, await ask(`/v1/events?after=${after}&limit=${eventsPerPoll}`))?.events ?? [];
  for (const { role, sentence } of events)
    talk.say(`      ${role === undefined ? '' : `${role}: `}${sentence}`);
  return events.at(-1)?.sequence ?? after;
}

/** Serving, and able to take a decision: etcd comes up last. */
function isWell(status: StatusReport): boolean {
  return status.verdict.level === 'ok' && status.decisions.writable;
}

/** Whether the agent that answers is of the payload that is current; any one is where there is none. */
export function isVersion(status: StatusReport, current: string | undefined): boolean {
  return current === undefined || status.version === current;
}

async function notServing({ agent }: Parts, status: StatusReport | undefined): Promise<MusterError> {
  const seconds = deadlineMs / 1_000;
  if (status !== undefined) {
    const ailing = status.nodes.flatMap((node) => node.roles.filter((role) => role.state !== 'ready'));
    return new MusterError('not-serving', {
      what: `the cluster is not well after ${seconds} s: ${status.verdict.sentence}`,
      why: ailing.map(({ role, reason }) => `${role}: ${reason}`).join('; ') || 'the agent gives no reason',
      next: 'muster events',
    });
  }
  const words = await agent.lastWords(shownLogLines);
  return new MusterError('not-serving', {
    what: `the agent did not answer within ${seconds} s`,
    why: words.length === 0 ? 'it has written nothing' : `its last words:\n${words.join('\n')}`,
    next: 'muster doctor',
  });
}

/** An agent of another version may say things that we do not know; that counts as no answer. */
function parsed<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.infer<Schema> | undefined {
  const result = schema.safeParse(answer);
  return result.success ? result.data : undefined;
}
