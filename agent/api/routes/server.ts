import { MusterError } from '../../../roles/model/errors.ts';
import { certifiedNode } from '../access.ts';
import { bodyOf, isDryRun, jsonBody } from '../body.ts';
import { PrimaryChange, TurnRequest } from '../contract-server.ts';
import { decide } from '../decide.ts';
import type { App, AppParts } from '../parts.ts';
import { told } from './nodes.ts';
import { viewOf } from './view.ts';

/** `/v1/database`: the database servers themselves, and who of them is the primary. */
export function serverRoutes(app: App, { handle, access }: Pick<AppParts, 'handle' | 'access'>): void {
  const { server } = handle;

  app.get('/v1/database', async (c) => c.json(await server.look()));
  app.get('/v1/database/servers', async (c) => c.json(await server.all()));

  app.post('/v1/database/turn', ...jsonBody, async (c) => {
    return c.json(await server.turn((await bodyOf(c, TurnRequest)).epoch));
  });

  app.put('/v1/database/primary', ...jsonBody, async (c) => {
    const change = await bodyOf(c, PrimaryChange);
    const word = { ...change, dryRun: isDryRun(c) };
    return decide(c, handle, async (decider) => told(await decider.movePrimary(word)), change);
  });

  if (access === 'certified') {
    app.get('/v1/database/clone', (c) => {
      const node = viewOf(handle).nodes.find(({ record }) => record.id === certifiedNode(c.env));
      if (node?.roles.includes('db') !== true) throw noDatabase();
      return new Response(server.backup(), { headers: { 'content-type': 'application/octet-stream' } });
    });
  }
}

function noDatabase(): MusterError {
  return new MusterError('not-allowed', {
    what: 'the data of the databases are for nodes that carry db',
    why: 'the node that asks does not, as far as this one knows',
    next: 'muster node ls',
  });
}
