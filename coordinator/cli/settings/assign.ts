import { parse as parseYaml } from 'yaml';
import { MusterError, messageOf } from '../../../roles/model/errors.ts';
import { findKey, type KeySchema } from './schema.ts';

type Settings = Readonly<Record<string, unknown>>;

/** The settings with each `KEY=VALUE` in place; a value is YAML, except where the key takes text. */
export function assign(settings: Settings, schema: KeySchema, assignments: readonly string[]): Settings {
  return assignments.reduce((before, assignment) => {
    const at = assignment.indexOf('=');
    if (at < 1) throw notAnAssignment(assignment);
    const key = assignment.slice(0, at);
    const { path, schema: found } = findKey(schema, key);
    return put(before, path, valueOf(key, assignment.slice(at + 1), found));
  }, settings);
}

function valueOf(key: string, text: string, schema: KeySchema): unknown {
  if (schema.type === 'string') return text;
  try {
    return parseYaml(text) as unknown;
  } catch (error) {
    throw new MusterError('settings-invalid', {
      what: `${key}: '${text}' cannot be read as a value`,
      why: `${messageOf(error).split('\n')[0] ?? ''}; nothing was changed`,
      next: 'muster settings show',
      cause: error,
    });
  }
}

function put(settings: Settings, [key = '', ...rest]: readonly string[], value: unknown): Settings {
  if (rest.length === 0) return { ...settings, [key]: value };
  const inner = Object.hasOwn(settings, key) ? settings[key] : {};
  const section = typeof inner === 'object' && inner !== null ? (inner as Settings) : {};
  return { ...settings, [key]: put(section, rest, value) };
}

function notAnAssignment(assignment: string): MusterError {
  return new MusterError('request-invalid', {
    what: `'${assignment}' is not of the form KEY=VALUE`,
    why: 'a key is a dotted path, as in web.workers=4; nothing was changed',
    next: 'muster settings show',
  });
}
