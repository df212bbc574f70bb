import { stream } from 'hono/streaming';
import { asMusterError } from '../../../roles/model/errors.ts';
import type { App, AppParts } from '../parts.ts';

/** Well within the time after which a listener takes a silent stream for broken (15 s). */
const signOfLifeMs = 5_000;

/** `/v1/decisions`: the decisions as this node has them, for the nodes that do not keep them; and each change. */
export function decisionRoutes(app: App, { handle, onBug }: Pick<AppParts, 'handle' | 'onBug'>): void {
  app.get('/v1/decisions', (c) => c.json(handle.copy()));

  app.get('/v1/decisions/watch', (c) => {
    c.header('content-type', 'application/x-ndjson');
    return stream(
      c,
      async (output) => {
        const gone = Promise.withResolvers<void>();
        const say = (line: string): void => void output.write(line).catch(() => gone.resolve());
        const stop = handle.onCopy(() => say('{}\n'));
        const timer = setInterval(() => say('\n'), signOfLifeMs);
        output.onAbort(() => gone.resolve());
        say('{}\n');
        await gone.promise;
        clearInterval(timer);
        stop();
      },
      async (error) => onBug(asMusterError(error)),
    );
  });
}
