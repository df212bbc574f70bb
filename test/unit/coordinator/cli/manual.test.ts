import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { hiddenPrefix } from '../../../../coordinator/cli/complete/tree.ts';
import type { Context, LocalVerbs } from '../../../../coordinator/cli/context.ts';
import { exitCodes, exitOfError } from '../../../../coordinator/cli/exit-codes.ts';
import { createProgram } from '../../../../coordinator/cli/program.ts';
import { type ErrorCode, errorCodes } from '../../../../roles/model/errors.ts';
import { muster } from '../../../support/fake-context.ts';
import { sourceTree } from '../../../support/source-tree.ts';

const docs = join(import.meta.dirname, '../../../../docs');
const cli = readFileSync(join(docs, 'cli.md'), 'utf8');
const errors = readFileSync(join(docs, 'errors.md'), 'utf8');

/** Every verb for people that does something, with the words that lead to it. */
function leaves(command: Command, words: readonly string[] = []): { line: string; command: Command }[] {
  if (command.commands.length === 0) return [{ line: words.join(' '), command }];
  const shown = command.commands.filter((inner) => !inner.name().startsWith(hiddenPrefix));
  return shown.flatMap((inner) => leaves(inner, [...words, inner.name()]));
}

// The parts are only called when a verb runs, and none runs here.
const verbs = leaves(createProgram({} as Context, {} as LocalVerbs, () => undefined));

test('docs/errors.md has one section for each code, and for no other', () => {
  const anchors = [...errors.matchAll(/^## (.+)$/gm)].map((match) => match[1]);

  expect(anchors).toEqual(Object.keys(errorCodes));
});

test('every code is one that somebody throws', () => {
  const parts = sourceTree().filter(
    ({ path }) => /^(agent|coordinator|roles)\//.test(path) && path !== 'roles/model/errors.ts',
  );
  const thrown = (code: string): boolean =>
    parts.some(({ text }) => new RegExp(`\\(\\s*'${code}',`).test(text));

  expect(Object.keys(errorCodes).filter((code) => !thrown(code))).toEqual([]);
});

test.each(Object.keys(errorCodes))('the section on %s says causes and what to do', (code) => {
  const section = errors.split(/^## /m).find((text) => text.startsWith(`${code}\n`));

  expect(section).toContain('- Usual causes: ');
  expect(section).toContain('- What to do: ');
});

test.each(verbs.map(({ line }) => line))('docs/cli.md knows muster %s', (line) => {
  expect(cli).toMatch(new RegExp(`^\\| \`muster ${line}[ \`]`, 'm'));
});

test.each(verbs.flatMap(({ command, line }) => command.options.map((option) => [line, option.long ?? ''])))(
  'docs/cli.md knows muster %s %s',
  (line, option) => {
    const heading = line.split(' ')[0] ?? '';
    const section = cli.split(/^## /m).find((text) => text.startsWith(`muster ${heading}\n`));

    expect(section).toContain(`\`${option}\``);
  },
);

test('docs/cli.md has the table of exit codes', () => {
  const rows = Object.values(exitCodes).map(({ code, meaning }) => `| ${String(code)} | ${meaning} |`);

  expect(cli).toContain(rows.join('\n'));
});

test.each(verbs.map(({ line }) => line))('muster %s --help has an example and exit codes', async (line) => {
  const { code, stdout } = await muster(`${line} --help`);

  expect(code).toBe(0);
  expect(stdout).toMatch(/^Examples?:\n {2}.*muster /m);
  expect(stdout).toMatch(/^Exit codes:\n {4}0 {2}/m);
});

test.each<[ErrorCode, number]>([
  ['agent-unreachable', 5],
  ['store-unreachable', 5],
  ['request-invalid', 2],
  ['settings-invalid', 2],
  ['answer-needed', 2],
  ['not-found', 2],
  ['settings-changed', 1],
  ['not-root', 1],
  ['bug', 1],
])('%s exits %i', (code, exit) => {
  expect(exitOfError(code)).toBe(exit);
});
