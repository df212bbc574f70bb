import { expect, it } from 'vitest';
import * as z from 'zod';
import { Settings } from '../../../roles/registry.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly const?: string;
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
  const rows = Object.entries(properties ?? {}).map(([key, schema]) => {
    const fallback = JSON.stringify(schema.default);
    return `| \`${section}.${key}\` | ${kind(schema)} | \`${fallback.replaceAll('"', '')}\` | ${schema.description ?? ''} |`;
  });
  return [
    `## ${section}`,
    '| key | value | default | what it is |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function kind(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(kind).join(' or ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.type === 'integer') return `${schema.minimum}–${schema.maximum}`;
  return schema.type === 'string' ? 'text' : String(schema.type);
}

it('docs/settings.md says what the schemas say', async () => {
  const text = manual(z.toJSONSchema(Settings, { io: 'input' }) as Schema);
  await expect(text).toMatchFileSnapshot('../../../docs/settings.md');
});
