import { bodyOf, jsonBody } from '../body.ts';
import { RejoinRequest } from '../contract-rejoin.ts';
import type { App, AppParts } from '../parts.ts';

/** `POST /v1/rejoin`: looks for the others at an address. For the operator of this machine alone: no node needs it. */
export function rejoinRoute(app: App, { handle, access }: Pick<AppParts, 'handle' | 'access'>): void {
  if (access !== 'local') return;
  app.post('/v1/rejoin', ...jsonBody, async (c) => {
    return c.json(await handle.rejoin((await bodyOf(c, RejoinRequest)).address));
  });
}
