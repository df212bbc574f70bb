import type { App, AppParts } from '../parts.ts';

/** `GET /v1/doctor` */
export function doctorRoute(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.get('/v1/doctor', async (c) => c.json(await handle.doctor()));
}
