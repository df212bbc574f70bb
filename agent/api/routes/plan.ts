import type { App, AppParts } from '../parts.ts';

/** `GET /v1/plan` */
export function planRoute(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.get('/v1/plan', async (c) => c.json(await handle.plan()));
}
