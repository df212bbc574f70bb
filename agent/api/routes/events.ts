import { stream } from 'hono/streaming';
import * as z from 'zod';
import { asMusterError } from '../../../roles/model/errors.ts';
import type { Event } from '../../../roles/model/event.ts';
import { schemaVersion } from '../contract.ts';
import type { AgentHandle } from '../handle.ts';
import { parse, queryOf } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';

/** Without `after`, the newest `limit` events. */
const EventsQuery = z.strictObject({
  after: z.int().min(0).optional(),
  limit: z.int().min(0).max(1000).default(100),
  follow: z.int().min(0).max(1).default(0),
});

interface Range {
  readonly after: number;
  readonly limit: number;
}

/** `GET /v1/events` */
export function eventsRoute(app: App, { handle, onBug }: Pick<AppParts, 'handle' | 'onBug'>): void {
  app.get('/v1/events', (c) => {
    const query = parse(EventsQuery, queryOf(c.req.queries()));
    const range = { after: query.after ?? -1, limit: query.limit };
    if (query.follow === 0) return c.json({ schemaVersion, events: past(handle, range) });
    c.header('content-type', 'application/x-ndjson');
    return stream(
      c,
      async (output) => {
        const gone = new AbortController();
        output.onAbort(() => gone.abort());
        for await (const event of pastAndFuture(handle, range, gone.signal)) {
          await output.write(`${JSON.stringify(event)}\n`);
        }
      },
      async (error) => onBug(asMusterError(error)),
    );
  });
}

function past(handle: AgentHandle, { after, limit }: Range): Event[] {
  return limit === 0 ? [] : [...handle.events(after, limit)];
}

/** Listening begins before the past is read, so that no event falls between the two; none is told twice. */
async function* pastAndFuture(handle: AgentHandle, range: Range, signal: AbortSignal): AsyncGenerator<Event> {
  const future = handle.follow(signal)[Symbol.asyncIterator]();
  const first = future.next();
  let last = range.after;
  for (const event of past(handle, range)) {
    yield event;
    last = event.sequence;
  }
  for (let result = await first; result.done !== true; result = await future.next()) {
    if (result.value.sequence > last) yield result.value;
  }
}
