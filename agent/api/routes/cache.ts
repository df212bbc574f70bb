import { nothingPurged } from '../../../roles/model/cache.ts';
import { notPurgedYet } from '../../../roles/model/purging.ts';
import { carriersOf } from '../../../roles/model/view.ts';
import { bodyOf, jsonBody } from '../body.ts';
import { type CacheReport, type PurgeReport, PurgeRequest, schemaVersion } from '../contract.ts';
import { decide } from '../decide.ts';
import type { App, AppParts } from '../parts.ts';
import { viewOf } from './view.ts';

/** `/v1/cache`: how far the last purge has come, and how the caches fare; `POST /v1/cache/purge`: one more. */
export function cacheRoutes(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.get('/v1/cache', (c) => {
    const view = viewOf(handle);
    const { version } = view.cache ?? nothingPurged;
    const waiting = notPurgedYet(view, version).map(({ record }) => record.name);
    const caches = carriersOf(view, 'cache').map(({ record }) => record.name);
    return c.json({ schemaVersion, version, waiting, caches } satisfies CacheReport);
  });

  app.get('/v1/cache/node', async (c) => c.json(await handle.caches.own(viewOf(handle))));
  app.get('/v1/cache/status', async (c) => c.json(await handle.caches.all(viewOf(handle))));

  app.post('/v1/cache/purge', ...jsonBody, async (c) => {
    const purge = await bodyOf(c, PurgeRequest);
    return decide(
      c,
      handle,
      async (decider): Promise<PurgeReport> => ({ schemaVersion, ...(await decider.purge(purge)) }),
      purge,
    );
  });
}
