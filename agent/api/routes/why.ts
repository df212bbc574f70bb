import { nodeNamed } from '../../../coordinator/brain/node-verbs.ts';
import type { App, AppParts } from '../parts.ts';
import { whyReport } from '../why.ts';
import { namedIn } from './nodes.ts';
import { viewOf } from './view.ts';

/** The sentences of a node's own history that are worth reading at once. */
const lastEvents = 10;

/** `GET /v1/nodes/<id or name>/why` */
export function whyRoute(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.get('/v1/nodes/:node/why', (c) => {
    const view = viewOf(handle);
    const node = nodeNamed(view, namedIn(c));
    // A journal stays on its machine: only the node itself can tell what it did.
    const events = node.record.id === view.self ? handle.events(-1, lastEvents) : [];
    return c.json(whyReport(node, handle.reasons(node.record.id), events));
  });
}
