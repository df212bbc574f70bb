import type { App, AppParts } from '../parts.ts';
import { statusReport } from '../status.ts';
import { viewOf } from './view.ts';

/** `GET /v1/status` */
export function statusRoute(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.get('/v1/status', (c) =>
    c.json(
      statusReport(viewOf(handle), {
        version: handle.version,
        decisions: handle.decisions(),
        now: handle.now(),
      }),
    ),
  );
}
