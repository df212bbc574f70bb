import { expect, it } from 'vitest';
import * as z from 'zod';
import { Settings } from '../../../roles/registry.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

const intro = `# Settings
What you want of the cluster; every key has a good default. \`muster settings edit\` opens them in your editor and shows
the difference before anything changes; \`muster settings set KEY=VALUE\` changes one. A change is in force within
seconds; a value that is not valid changes nothing.
`;

function manual(schema: Schema): string {
  const sections = Object.entries(schema.properties ?? {}).filter(
    ([, { properties }]) => Object.keys(properties ?? {}).length > 0,
  );
  return [intro, ...sections.map(([name, section]) => table(name, section))].join('\n');
}

function table(section: string, { properties }: Schema): string {
  return [
    `## ${section}`,
    '| key | value | default | what it is |',
    '| --- | --- | --- | --- |',
    ...rows(section, properties ?? {}),
    '',
  ].join('\n');
}

/** A line for each key; of a section within a section, for each of its keys. */
function rows(section: string, properties: Readonly<Record<string, Schema>>): string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    if (schema.properties !== undefined) return rows(`${section}.${key}`, schema.properties);
    const fallback = JSON.stringify(schema.default).replaceAll('"', '');
    return [`| \`${section}.${key}\` | ${kind(schema)} | \`${fallback}\` | ${schema.description ?? ''} |`];
  });
}

function kind(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${word}\``).join(' or ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(kind).join(' or ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.type === 'integer') return `${schema.minimum}–${schema.maximum}`;
  if (schema.type === 'boolean') return '`true` or `false`';
  return schema.type === 'string' ? 'text' : String(schema.type);
}

it('docs/settings.md says what the schemas say', async () => {
  const text = manual(z.toJSONSchema(Settings, { io: 'input' }) as Schema);
  await expect(text).toMatchFileSnapshot('../../../docs/settings.md');
});
