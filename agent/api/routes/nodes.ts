import type { Context } from 'hono';
import * as z from 'zod';
import { nodeNamed } from '../../../coordinator/brain/node-verbs.ts';
import type { NodeView } from '../../../roles/model/view.ts';
import { bodyOf, isDryRun, jsonBody } from '../body.ts';
import {
  type ChangeReport,
  DrainChange,
  type NodeReport,
  PlaceableRole,
  type RemovalReport,
  RoleChange,
  schemaVersion,
} from '../contract.ts';
import { decide } from '../decide.ts';
import { parse } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';
import { nodeStatus } from '../status.ts';
import { viewOf } from './view.ts';

const Named = z.strictObject({
  node: z.string().regex(/^[a-z0-9-]{1,63}$/, 'must be the id or the name of a node'),
});

/** The node that a path names, not yet looked up. */
export function namedIn(c: Context): string {
  return parse(Named, { node: c.req.param('node') }).node;
}

/** `/v1/nodes/<id or name>`: what is known of one, and an operator's word on it. */
export function nodeRoutes(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.get('/v1/nodes/:node', (c) => {
    const view = viewOf(handle);
    const node = nodeNamed(view, namedIn(c));
    return c.json(nodeReport(node, node.record.id === view.self, handle.reasons(node.record.id)));
  });

  app.put('/v1/nodes/:node/drained', ...jsonBody, async (c) => {
    const word = { node: namedIn(c), dryRun: isDryRun(c) };
    const change = await bodyOf(c, DrainChange);
    return decide(c, handle, async (decider) => told(await decider.drain({ ...word, ...change })), change);
  });

  app.put('/v1/nodes/:node/roles/:role', ...jsonBody, async (c) => {
    const word = { node: namedIn(c), dryRun: isDryRun(c), role: parse(PlaceableRole, c.req.param('role')) };
    const change = await bodyOf(c, RoleChange);
    return decide(c, handle, async (decider) => told(await decider.wish({ ...word, ...change })), change);
  });

  app.delete('/v1/nodes/:node', (c) => {
    const word = { node: namedIn(c), dryRun: isDryRun(c) };
    return decide(c, handle, async (decider): Promise<RemovalReport> => {
      return { schemaVersion, ...(await decider.remove(word)) };
    });
  });
}

export function told(sentence: string): ChangeReport {
  return { schemaVersion, sentence };
}

function nodeReport(node: NodeView, self: boolean, why: NodeReport['why']): NodeReport {
  const { record, facts } = node;
  const admittedAt = record.admission?.record.issuedAt;
  return {
    schemaVersion,
    node: nodeStatus(node, self),
    ordinal: record.ordinal,
    ...(admittedAt === undefined ? {} : { admittedAt }),
    why,
    ...(facts === undefined ? {} : { hardware: facts.hardware }),
    versions: { ...facts?.versions },
  };
}
