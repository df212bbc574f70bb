import * as z from 'zod';
import { bodyOf, isDryRun, jsonBody } from '../body.ts';
import {
  SettingsChange,
  type SettingsReport,
  type SettingsSchemaReport,
  schemaVersion,
} from '../contract.ts';
import { decide } from '../decide.ts';
import { parse } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';

/** `GET` and `PUT /v1/settings`, `GET /v1/settings/schema` */
export function settingsRoutes(app: App, { handle, settings }: Pick<AppParts, 'handle' | 'settings'>): void {
  app.get('/v1/settings', (c) => c.json(handle.settings()));

  app.get('/v1/settings/schema', (c) => {
    const schema = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
    return c.json({ schemaVersion, schema } satisfies SettingsSchemaReport);
  });

  app.put('/v1/settings', ...jsonBody, async (c) => {
    const { revision, settings: given } = await bodyOf(c, SettingsChange);
    const change = { revision, settings: { ...parse(settings, given, 'settings-invalid') } };
    if (isDryRun(c)) return c.json({ schemaVersion, ...change } satisfies SettingsReport);
    return decide(c, handle, (decider) => decider.changeSettings(change), change);
  });
}
