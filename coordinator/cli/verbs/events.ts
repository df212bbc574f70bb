import { MusterError } from '../../../roles/model/errors.ts';
import type { Event } from '../../../roles/model/event.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderEvent } from '../render/events.ts';
import { painter } from '../render/text.ts';
import { ago, timeOfDay } from '../render/time.ts';

export interface EventsOptions {
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly lines: number;
}

/** `muster events`: what this node did and why, oldest first; as JSON one event a line. */
export async function events(context: Context, options: EventsOptions): Promise<number> {
  const client = await context.connect();
  if (options.follow === true) {
    for await (const event of client.followEvents(options.lines)) {
      write(context, event, options.json === true, timeOfDay(new Date(event.at)));
    }
    throw agentWent();
  }
  const report = await client.events(options.lines);
  for (const event of report.events) {
    write(context, event, options.json === true, ago(new Date(event.at), context.now()));
  }
  return exitCodes.ok.code;
}

function write({ out }: Context, event: Event, json: boolean, when: string): void {
  out.write(json ? `${JSON.stringify(event)}\n` : renderEvent(event, when, painter(out)));
}

function agentWent(): MusterError {
  return new MusterError('agent-unreachable', {
    what: 'the agent ended the stream of events',
    why: 'it was stopped or is being restarted; services run on without it',
    next: 'muster events -f, again',
  });
}
