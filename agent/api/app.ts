import { Hono } from 'hono';
import { asMusterError, MusterError } from '../../roles/model/errors.ts';
import { requireMember } from './access.ts';
import { answerError } from './answer.ts';
import type { App, AppParts } from './parts.ts';
import { applicationRoutes } from './routes/apps.ts';
import { cacheRoutes } from './routes/cache.ts';
import { certificateRoutes } from './routes/certificates.ts';
import { databaseRoutes } from './routes/databases.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { doctorRoute } from './routes/doctor.ts';
import { eventsRoute } from './routes/events.ts';
import { heardRoute } from './routes/heard.ts';
import { joinRoutes } from './routes/join.ts';
import { nodeRoutes } from './routes/nodes.ts';
import { openRoutes } from './routes/open.ts';
import { planRoute } from './routes/plan.ts';
import { rejoinRoute } from './routes/rejoin.ts';
import { serverRoutes } from './routes/server.ts';
import { settingsRoutes } from './routes/settings.ts';
import { statusRoute } from './routes/status.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { whyRoute } from './routes/why.ts';

/** The API over a running agent. Testable by `app.request()`; server.ts gives it its sockets. */
export function createApp(parts: AppParts): App {
  const app: App = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
    c.header('x-content-type-options', 'nosniff');
  });
  if (parts.access === 'certified') app.use(requireMember((node) => parts.handle.strangeness(node)));

  openRoutes(app, parts);
  statusRoute(app, parts);
  eventsRoute(app, parts);
  planRoute(app, parts);
  settingsRoutes(app, parts);
  whyRoute(app, parts);
  nodeRoutes(app, parts);
  tokenRoutes(app, parts);
  certificateRoutes(app, parts);
  cacheRoutes(app, parts);
  joinRoutes(app, parts);
  databaseRoutes(app, parts);
  serverRoutes(app, parts);
  decisionRoutes(app, parts);
  heardRoute(app, parts);
  rejoinRoute(app, parts);
  doctorRoute(app, parts);
  applicationRoutes(app, parts);

  refuseOtherMethods(app);
  app.notFound((c) =>
    answerError(
      c,
      new MusterError('not-found', {
        what: `${c.req.method} ${c.req.path} is not part of this API`,
        why: 'the path is misspelt, or meant for another version of muster',
        next: 'muster docs cli',
      }),
    ),
  );
  app.onError((thrown, c) => {
    // A client that went away in the middle of its request is no fault of ours.
    const error = c.req.raw.signal.aborted ? cut : asMusterError(thrown);
    if (error.code === 'bug') parts.onBug(error);
    return answerError(c, error);
  });
  return app;
}

const cut = new MusterError('request-invalid', {
  what: 'the request ended before it was whole',
  why: 'the client went away, or its connection broke; nothing was changed',
  next: 'the same request again',
});

/** A known path with a method that it does not take is told apart from an unknown path. */
function refuseOtherMethods(app: App): void {
  const taken = Map.groupBy(
    app.routes.filter((route) => route.method !== 'ALL'),
    (route) => route.path,
  );
  for (const [path, routes] of taken) {
    const allowed = [...new Set(routes.map((route) => route.method))].join(', ');
    app.all(path, (c) => {
      c.header('allow', allowed);
      const error = new MusterError('request-invalid', {
        what: `${c.req.path} does not take ${c.req.method}`,
        why: `it takes ${allowed}`,
        next: 'muster docs cli',
      });
      return answerError(c, error, 405);
    });
  }
}
