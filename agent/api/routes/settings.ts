import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import * as z from 'zod';
import { MusterError } from '../../../roles/model/errors.ts';
import { answerError } from '../answer.ts';
import {
  SettingsChange,
  type SettingsReport,
  type SettingsSchemaReport,
  schemaVersion,
} from '../contract.ts';
import { parse, parseJson, queryOf } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';

/** Many times what settings for a hundred nodes need, and nothing that could hurt the agent's memory. */
const bodyLimitBytes = 256 * 1024;

const ChangeQuery = z.strictObject({ 'dry-run': z.int().min(0).max(1).default(0) });

/** `GET` and `PUT /v1/settings`, `GET /v1/settings/schema` */
export function settingsRoutes(app: App, { handle, settings }: Pick<AppParts, 'handle' | 'settings'>): void {
  app.get('/v1/settings', (c) => c.json(handle.settings()));

  app.get('/v1/settings/schema', (c) => {
    const schema = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
    return c.json({ schemaVersion, schema } satisfies SettingsSchemaReport);
  });

  app.put('/v1/settings', limitBody, requireJson, async (c) => {
    const query = parse(ChangeQuery, queryOf(c.req.queries()));
    const change = parse(SettingsChange, parseJson(await c.req.text()));
    const whole = { ...parse(settings, change.settings, 'settings-invalid') };
    if (query['dry-run'] === 1) {
      return c.json({ schemaVersion, revision: change.revision, settings: whole } satisfies SettingsReport);
    }
    return c.json(await handle.changeSettings({ revision: change.revision, settings: whole }));
  });
}

const limitBody = bodyLimit({
  maxSize: bodyLimitBytes,
  onError: (c) => {
    const error = new MusterError('request-invalid', {
      what: `the body is larger than ${String(bodyLimitBytes / 1024)} KiB`,
      why: 'settings are never that large; nothing was changed',
      next: 'muster settings show',
    });
    return answerError(c, error, 413);
  },
});

const requireJson = createMiddleware(async (c, next) => {
  const type = c.req.header('content-type') ?? '';
  if (/^application\/json\s*(;|$)/i.test(type)) return next();
  const error = new MusterError('request-invalid', {
    what: `the content type must be application/json, got '${type}'`,
    why: 'this API takes JSON only; nothing was changed',
    next: 'muster --help',
  });
  return answerError(c, error, 415);
});
