import * as z from 'zod';
import { MusterError } from '../../../roles/model/errors.ts';
import { parse } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';
import { findNode, whyReport } from '../why.ts';
import { viewOf } from './view.ts';

const Node = z.strictObject({
  node: z.string().regex(/^[a-z0-9-]{1,63}$/, 'must be the id or the name of a node'),
});

/** The sentences of a node's own history that are worth reading at once. */
const lastEvents = 10;

/** `GET /v1/nodes/<id or name>/why` */
export function whyRoute(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.get('/v1/nodes/:node/why', (c) => {
    const { node: wanted } = parse(Node, { node: c.req.param('node') });
    const view = viewOf(handle);
    const node = findNode(view, wanted);
    if (node === undefined) {
      throw new MusterError('not-found', {
        what: `there is no node '${wanted}' in this cluster`,
        why: `its nodes are ${view.nodes.map((known) => known.record.name).join(', ')}`,
        next: 'muster status',
      });
    }
    // A journal stays on its machine: only the node itself can tell what it did.
    const events = node.record.id === view.self ? handle.events(-1, lastEvents) : [];
    return c.json(whyReport(node, handle.reasons(node.record.id), events));
  });
}
