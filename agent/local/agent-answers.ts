import type * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import { Event } from '../../roles/model/event.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import { EventsReport, StatusReport } from '../api/contract.ts';
import { jsonOf } from './ask-agent.ts';
import type { AgentProcess, AskAgent, Talk } from './parts.ts';

/** What is waited with: the agent, and whoever looks on. */
export interface WaitParts {
  readonly ask: AskAgent;
  readonly clock: Clock;
  readonly agent: AgentProcess;
  readonly talk: Talk;
}

export interface Wait {
  readonly deadlineMs: number;
  /** The payload that is current; an agent of another one is not the one waited for. */
  readonly version: string | undefined;
  /** Events up to this one have been shown. */
  readonly after: number;
  readonly good: (status: StatusReport) => boolean;
}

/** Quick enough for someone who looks on, and nothing beside what the agent itself does then. */
const pollMs = 250;
const eventsPerPoll = 50;
const shownLogLines = 10;

/** What the agent says of the cluster; undefined while it does not answer. */
export async function askStatus(ask: AskAgent): Promise<StatusReport | undefined> {
  return parsed(StatusReport, await ask('/v1/status'));
}

/** Whether the agent that answers is of the payload that is current; any one is where there is none. */
export function isVersion(status: StatusReport, current: string | undefined): boolean {
  return current === undefined || status.version === current;
}

/** The number of the newest event of the journal, to show those after it; 0 where there is none. */
export async function newestEvent(files: Files): Promise<number> {
  const lines = ((await files.read(paths.journal)) ?? '').trimEnd().split('\n');
  const newest = Event.safeParse(jsonOf(lines.at(-1) ?? ''));
  return newest.success ? newest.data.sequence : 0;
}

/**
 * Waits until what the agent of this version says is good, and shows its sentences as they come. Throws what `failed`
 * makes of its last status, or `not-serving` with its own last words where it never answered.
 */
export async function awaitStatus(
  parts: WaitParts,
  wait: Wait,
  failed: (status: StatusReport, seconds: number) => MusterError,
): Promise<StatusReport> {
  const { ask, clock } = parts;
  const endMs = clock.monotonicMs() + wait.deadlineMs;
  let shown = wait.after;
  let status: StatusReport | undefined;
  while (clock.monotonicMs() < endMs) {
    shown = await showEvents(parts, shown);
    status = await askStatus(ask);
    if (status !== undefined && isVersion(status, wait.version) && wait.good(status)) return status;
    await clock.sleep(pollMs);
  }
  const seconds = wait.deadlineMs / 1_000;
  throw status === undefined ? await neverAnswered(parts, seconds) : failed(status, seconds);
}

/** Shows what the agent has told after an event; returns the newest shown. */
async function showEvents({ ask, talk }: WaitParts, after: number): Promise<number> {
  const answer = await ask(`/v1/events?after=${after}&limit=${eventsPerPoll}`);
  const events = parsed(EventsReport, answer)?.events ?? [];
  for (const { role, sentence } of events) {
    talk.say(`      ${role === undefined ? '' : `${role}: `}${sentence}`);
  }
  return events.at(-1)?.sequence ?? after;
}

async function neverAnswered({ agent }: WaitParts, seconds: number): Promise<MusterError> {
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
