import * as z from 'zod';
import { MusterError } from '../../../roles/model/errors.ts';
import { parse } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';

/** A topic names a page of the manual; nothing in it can lead out of the manual's folder. */
const Topic = z.strictObject({
  topic: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be a name of a-z, 0-9 and -'),
});

/** What anyone may read: that the agent lives, and the manual. */
export function openRoutes(app: App, parts: Pick<AppParts, 'docs'>): void {
  app.get('/', (c) => c.text('muster API; use the CLI on the machine\n'));
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/docs/:topic', async (c) => {
    const { topic } = parse(Topic, { topic: c.req.param('topic') });
    const page = await parts.docs(topic);
    if (page === undefined) {
      throw new MusterError('not-found', {
        what: `the manual has no page '${topic}'`,
        why: 'the topic is misspelt, or of another version of muster',
        next: 'muster docs',
      });
    }
    return c.text(page);
  });
}
