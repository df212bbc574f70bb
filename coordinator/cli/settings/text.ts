import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { Document, isMap, isScalar, parseDocument, stringify } from 'yaml';
import { MusterError } from '../../../roles/model/errors.ts';
import type { KeySchema } from './schema.ts';

type Settings = Readonly<Record<string, unknown>>;

const heading =
  ' The settings of this cluster. Save and close to see what would change; an empty file changes nothing.';

/** Settings as YAML. */
export function settingsText(settings: Settings): string {
  return stringify(settings);
}

/** Settings as YAML with a comment above each key that its schema describes. */
export function commentedText(settings: Settings, schema: KeySchema): string {
  const document = new Document(settings);
  document.commentBefore = heading;
  describe(document.contents, schema);
  return document.toString();
}

function describe(contents: unknown, schema: KeySchema): void {
  if (!isMap(contents)) return;
  for (const { key, value } of contents.items) {
    if (!isScalar(key)) continue;
    const inner = schema.properties?.[String(key.value)];
    if (inner?.description !== undefined) key.commentBefore = ` ${inner.description}`;
    if (inner !== undefined) describe(value, inner);
  }
}

/** What an operator wrote; undefined where nothing is left. Throws `settings-invalid` with line and column. */
export function parseSettings(text: string, path: string): Settings | undefined {
  const document = parseDocument(text, { prettyErrors: true });
  const fault = document.errors[0];
  if (fault !== undefined) throw unreadable(fault.message.split(/:?\n/)[0] ?? '', path, fault);
  const settings = document.toJS() as unknown;
  if (settings === null || settings === undefined) return undefined;
  if (typeof settings === 'object' && !Array.isArray(settings)) return settings as Settings;
  throw unreadable('the whole must be sections of keys and values', path);
}

function unreadable(what: string, path: string, cause?: unknown): MusterError {
  return new MusterError('settings-invalid', {
    what: `the settings cannot be read: ${what}`,
    why: `they are not YAML as it is needed; nothing was changed, your text is kept in ${path}`,
    next: 'muster settings edit',
    cause,
  });
}

/** The unified diff between two settings; empty where they are the same. */
export function settingsDiff(before: Settings, after: Settings): string {
  const [old, new_] = [settingsText(before), settingsText(after)];
  if (old === new_) return '';
  return createTwoFilesPatch('settings', 'settings', old, new_, 'now', 'then', {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
