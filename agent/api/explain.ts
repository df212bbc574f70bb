import * as z from 'zod';

/** The little of JSON Schema that the words for a value are made from. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Longer values are cut: a message is one line. */
const valueLength = 60;

/**
 * Says what is wrong with a value, one sentence per fault, with the path and the value that stands there:
 * `web.workers: must be a whole number ≥ 0, got 'many'`.
 */
export function explain(schema: z.ZodType, error: z.ZodError, input: unknown): string[] {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  return error.issues.flatMap((issue) => explainIssue(shape, issue, input));
}

function explainIssue(shape: Shape, issue: z.core.$ZodIssue, input: unknown): string[] {
  const keys = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...keys, key].join('.')}: there is no such key`);
  }
  const place = keys.length === 0 ? '' : `${keys.join('.')}: `;
  const found = valueAt(input, issue.path);
  if (found === undefined) return [`${place}must be given: ${phraseAt(shape, keys)}`];
  // A schema that carries words of its own knows better than its type what was meant.
  const own = issue.code === 'custom' || issue.code === 'invalid_format';
  const must = own ? issue.message : `must be ${phraseAt(shape, keys)}`;
  return [`${place}${must}, got ${quote(found)}`];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<PropertyKey, unknown>)[key];
  }, input);
}

function phraseAt(shape: Shape, keys: readonly string[]): string {
  const found = keys.reduce<Shape | undefined>((inner, key) => {
    if (inner?.items !== undefined) return inner.items;
    const more = inner?.additionalProperties;
    return inner?.properties?.[key] ?? (typeof more === 'object' ? more : undefined);
  }, shape);
  return phrase(found ?? {});
}

function phrase(shape: Shape): string {
  if (shape.anyOf !== undefined) return shape.anyOf.map(phrase).join(' or ');
  if (shape.const !== undefined) return quote(shape.const);
  if (shape.enum !== undefined) return `one of ${shape.enum.map(quote).join(', ')}`;
  if (shape.type === 'integer') return `a whole number${range(shape)}`;
  if (shape.type === 'number') return `a number${range(shape)}`;
  return typePhrases[shape.type ?? ''] ?? 'another value';
}

const typePhrases: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section of keys and values',
  null: 'null',
};

function range({ minimum, maximum }: Shape): string {
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const floored = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER;
  if (floored && bounded) return ` from ${String(minimum)} to ${String(maximum)}`;
  if (floored) return ` ≥ ${String(minimum)}`;
  return bounded ? ` ≤ ${String(maximum)}` : '';
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : jsonOf(value);
  return text.length <= valueLength ? text : `${text.slice(0, valueLength - 1)}…`;
}

/** What somebody sent may be nested deeper than it can be written down. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'a value that is nested too deeply';
  }
}
