import { MusterError } from '../../../roles/model/errors.ts';
import { nearest } from '../near.ts';

/** What of the settings' JSON Schema the program looks at. */
export interface KeySchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly additionalProperties?: KeySchema | boolean;
}

/** The schema of one key by its dotted path; undefined where there is no such key. */
export function schemaAt(schema: KeySchema, path: readonly string[]): KeySchema | undefined {
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
function leafKeys(schema: KeySchema, prefix: readonly string[] = []): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const path = [...prefix, key];
    return inner.properties === undefined ? [path.join('.')] : leafKeys(inner, path);
  });
}

/** Nobody has such a key; says which one was probably meant. */
export function unknownKey(schema: KeySchema, key: string): MusterError {
  const near = nearest(key, leafKeys(schema));
  return new MusterError('settings-invalid', {
    what: `${key}: there is no such key`,
    why: near === undefined ? 'no role knows it; nothing was changed' : `did you mean ${near}?`,
    next: 'muster settings show',
  });
}
