import { MusterError } from '../../../roles/model/errors.ts';
import { nearest } from '../near.ts';

/** What of the settings' JSON Schema the program looks at. */
export interface KeySchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly additionalProperties?: KeySchema | boolean;
}

/** A key that there is. */
interface FoundKey {
  readonly path: readonly string[];
  readonly schema: KeySchema;
}

/** The schema of one key by its dotted path; undefined where there is no such key. */
function schemaAt(schema: KeySchema, path: readonly string[]): KeySchema | undefined {
  return path.reduce<KeySchema | undefined>((inner, key) => {
    const { properties = {}, additionalProperties: more } = inner ?? {};
    if (Object.hasOwn(properties, key)) return properties[key];
    return typeof more === 'object' && isPlainKey(key) ? more : undefined;
  }, schema);
}

/** A key that no object already has by nature. */
function isPlainKey(key: string): boolean {
  return key !== '' && !(key in Object.prototype);
}

/** The dotted paths of all keys that hold a value. */
export function leafKeys(schema: KeySchema, prefix: readonly string[] = []): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const path = [...prefix, key];
    return inner.properties === undefined ? [path.join('.')] : leafKeys(inner, path);
  });
}

/** A key by its dotted path, or by its last part where no other key ends so. Throws with what was probably meant. */
export function findKey(schema: KeySchema, key: string): FoundKey {
  const path = key.split('.');
  const exact = schemaAt(schema, path);
  if (exact !== undefined) return { path, schema: exact };
  const ending = leafKeys(schema).filter((whole) => whole.endsWith(`.${key}`));
  const [only = '', ...others] = ending;
  const whole = only.split('.');
  const found = others.length === 0 ? schemaAt(schema, whole) : undefined;
  if (found !== undefined) return { path: whole, schema: found };
  throw ending.length === 0
    ? unclear(`${key}: there is no such key`, nearestKey(schema, key))
    : unclear(`${key}: more than one key ends so`, ending.join(' or '));
}

function unclear(what: string, meant: string | undefined): MusterError {
  return new MusterError('settings-invalid', {
    what,
    why: meant === undefined ? 'no role knows it; nothing was changed' : `did you mean ${meant}?`,
    next: 'muster settings show',
  });
}

/** A word without a dot is held against the last parts of the keys. */
function nearestKey(schema: KeySchema, key: string): string | undefined {
  const keys = leafKeys(schema);
  if (key.includes('.')) return nearest(key, keys);
  const near = nearest(key, keys.map(lastPart));
  return keys.find((whole) => lastPart(whole) === near);
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
