import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import * as z from 'zod';
import { applicationNamed } from '../../../coordinator/brain/application-verbs.ts';
import { type Application, ApplicationName, Sha256 } from '../../../roles/model/application.ts';
import { asMusterError, MusterError } from '../../../roles/model/errors.ts';
import { applicationRow, applicationRows } from '../applications.ts';
import { bodyOf, jsonBody } from '../body.ts';
import { schemaVersion } from '../contract.ts';
import {
  ApplicationCreation,
  type ApplicationReport,
  type ApplicationsReport,
  type ArchiveReport,
  EnvironmentChange,
  type EnvironmentReport,
  ReleaseOrder,
  type ReleaseReport,
  RollbackOrder,
} from '../contract-apps.ts';
import { decide } from '../decide.ts';
import { parse, queryOf } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';
import { told } from './nodes.ts';
import { viewOf } from './view.ts';

/** `/v1/apps`: what is known of applications, and an operator's word on one. */
export function applicationRoutes(app: App, parts: Pick<AppParts, 'handle' | 'access' | 'onBug'>): void {
  const { handle, access } = parts;
  app.get('/v1/apps', (c) => {
    const applications = [...applicationRows(viewOf(handle))];
    return c.json({ schemaVersion, applications } satisfies ApplicationsReport);
  });
  app.get('/v1/apps/:app', (c) => {
    const application = applicationRow(viewOf(handle), nameIn(c));
    return c.json({ schemaVersion, application } satisfies ApplicationReport);
  });
  app.post('/v1/apps', ...jsonBody, async (c) => {
    const creation = await bodyOf(c, ApplicationCreation);
    return decide(c, handle, async ({ applications }) => told(await applications.create(creation)), creation);
  });
  app.delete('/v1/apps/:app', (c) => {
    const name = nameIn(c);
    return decide(c, handle, async ({ applications }) => told(await applications.remove(name)));
  });
  releaseRoutes(app, parts);
  app.put('/v1/apps/:app/environment', ...jsonBody, async (c) => {
    const name = nameIn(c);
    const change = await bodyOf(c, EnvironmentChange);
    return decide(
      c,
      handle,
      async ({ applications }) => told(await applications.setVariables(name, change)),
      change,
    );
  });
  logsRoute(app, parts);
  if (access === 'local') localRoutes(app, parts);
}

function releaseRoutes(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.post('/v1/apps/:app/releases', ...jsonBody, async (c) => {
    const name = nameIn(c);
    const order = await bodyOf(c, ReleaseOrder);
    return decide(
      c,
      handle,
      async ({ applications }): Promise<ReleaseReport> => {
        return { schemaVersion, ...(await applications.release(name, order.facts, order.from)) };
      },
      order,
    );
  });
  app.post('/v1/apps/:app/rollback', ...jsonBody, async (c) => {
    const name = nameIn(c);
    const order = await bodyOf(c, RollbackOrder);
    return decide(
      c,
      handle,
      async ({ applications }): Promise<ReleaseReport> => {
        return { schemaVersion, ...(await applications.rollback(name, order.release)) };
      },
      order,
    );
  });
  app.get('/v1/apps/:app/archives/:sha256', async (c) => {
    const name = nameIn(c);
    const file = await handle.applications.archive(name, parse(Sha256, c.req.param('sha256')));
    if (file === undefined) throw noArchive(name);
    const headers = { 'content-type': 'application/gzip', 'content-length': String(file.bytes) };
    return new Response(file.stream, { headers });
  });
}

/** What only root on this machine may do: bring an archive, and read secrets. */
function localRoutes(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.post('/v1/apps/:app/archives', async (c) => {
    const { name } = existing(c, handle);
    const { sha256 } = parse(z.strictObject({ sha256: Sha256 }), queryOf(c.req.queries()));
    const body = c.req.raw.body;
    if (body === null) throw noArchive(name);
    const { files, leftOut, ...facts } = await handle.applications.receive(name, sha256, body);
    const from = viewOf(handle).self;
    return c.json({ schemaVersion, facts, files, leftOut: [...leftOut], from } satisfies ArchiveReport);
  });
  app.get('/v1/apps/:app/environment', async (c) => {
    const { name } = existing(c, handle);
    const values = { ...(await handle.applications.variables(name)) };
    return c.json({ schemaVersion, values } satisfies EnvironmentReport);
  });
}

const LogsQuery = z.strictObject({
  lines: z.int().min(0).max(1_000).default(50),
  follow: z.int().min(0).max(1).default(0),
});

/** `GET /v1/apps/<name>/logs`: of this node, a line each; with `follow=1` until the client goes. */
function logsRoute(app: App, { handle, onBug }: Pick<AppParts, 'handle' | 'onBug'>): void {
  app.get('/v1/apps/:app/logs', (c) => {
    const { name } = existing(c, handle);
    const { lines, follow } = parse(LogsQuery, queryOf(c.req.queries()));
    c.header('content-type', 'text/plain; charset=utf-8');
    return stream(
      c,
      async (output) => {
        const gone = new AbortController();
        output.onAbort(() => gone.abort());
        const said = handle.applications.logs(name, lines, follow === 1 ? gone.signal : undefined);
        for await (const line of said) await output.write(`${line}\n`);
      },
      async (error) => onBug(asMusterError(error)),
    );
  });
}

function nameIn(c: Context): string {
  return parse(ApplicationName, c.req.param('app'));
}

function existing(c: Context, handle: AppParts['handle']): Application {
  return applicationNamed(viewOf(handle).applications ?? [], nameIn(c));
}

function noArchive(name: string): MusterError {
  return new MusterError('not-found', {
    what: `there is no such archive of ${name} here`,
    why: 'it was never here, or belongs to a release that is no longer kept',
    next: `muster app releases ${name}`,
  });
}
