import { certifiedNode } from '../access.ts';
import { type HeardReport, schemaVersion } from '../contract.ts';
import type { App, AppParts } from '../parts.ts';

/** `/v1/heard`: where this node hears the one that asks, by the certificate that it shows. */
export function heardRoute(app: App, { handle, access }: Pick<AppParts, 'handle' | 'access'>): void {
  if (access === 'local') return;
  app.get('/v1/heard', (c) => {
    const node = certifiedNode(c.env);
    const from = (c.env.incoming?.socket?.remoteAddress ?? '').replace(/^::ffff:/, '');
    const heard = node === undefined ? undefined : handle.heard(node, from);
    return c.json({ schemaVersion, heard: heard ?? null } satisfies HeardReport);
  });
}
