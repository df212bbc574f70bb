import { writesAddress } from '../../../roles/model/database-names.ts';
import { listen } from '../../../roles/model/listen.ts';
import { DatabaseName } from '../../../roles/model/named-database.ts';
import { bodyOf, jsonBody } from '../body.ts';
import { schemaVersion } from '../contract.ts';
import { type CredentialsReport, DatabaseRequest, type DatabaseSizes } from '../contract-databases.ts';
import { databasesReport } from '../databases.ts';
import { decide } from '../decide.ts';
import { parse } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';
import { told } from './nodes.ts';
import { viewOf } from './view.ts';

/** `/v1/databases`: the databases of applications. */
export function databaseRoutes(app: App, { handle, access }: Pick<AppParts, 'handle' | 'access'>): void {
  const { databases } = handle;

  app.get('/v1/databases', async (c) => c.json(databasesReport(viewOf(handle), await databases.sizes())));

  app.get('/v1/databases/sizes', async (c) => {
    return c.json({ schemaVersion, bytes: await databases.ownSizes() } satisfies DatabaseSizes);
  });

  app.post('/v1/databases', ...jsonBody, async (c) => {
    const request = await bodyOf(c, DatabaseRequest);
    return decide(c, handle, async (decider) => told(await decider.createDatabase(request.name)), request);
  });

  app.post('/v1/databases/:name/password', (c) => {
    const name = parse(DatabaseName, c.req.param('name'));
    return decide(c, handle, async (decider) => told(await decider.rotatePassword(name)));
  });

  app.delete('/v1/databases/:name', (c) => {
    const name = parse(DatabaseName, c.req.param('name'));
    return decide(c, handle, async (decider) => told(await decider.dropDatabase(name)));
  });

  if (access === 'local') {
    app.get('/v1/databases/:name/credentials', async (c) => {
      const name = parse(DatabaseName, c.req.param('name'));
      const { user, password } = await databases.credentials(name);
      const place = { host: writesAddress, port: listen.database, readPort: listen.databaseReads };
      return c.json({ schemaVersion, name, user, password, ...place } satisfies CredentialsReport);
    });
  }
}
