import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Shell, shells } from '../../../../coordinator/cli/context.ts';
import { createOperator } from '../../../../coordinator/cli/operator.ts';
import { placeOf } from '../../../../coordinator/cli/place.ts';
import { root } from '../../../support/source-tree.ts';

const run = promisify(execFile);
const interrupt = {
  signal: new AbortController().signal,
  release: () => undefined,
  ignoredDuring: <Value>(work: () => Promise<Value>) => work(),
};
const operator = createOperator(placeOf(join(root, 'coordinator/cli')), interrupt);

/** How each shell is made to complete a line without a person at it: what it would offer, one a line. */
const completing: Readonly<Record<Shell, (script: string, words: readonly string[]) => string[]>> = {
  bash: (script, words) => {
    const play = `source "$1"; shift; COMP_WORDS=(muster "$@"); COMP_CWORD=$#; _muster 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return ['--norc', '--noprofile', '-c', play, 'bash', script, ...words];
  },
  zsh: (script, words) => {
    const play = `compdef() { :; }; source $1; shift; compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@" }
      try() { local -a words=(muster "$@"); local CURRENT=$#words PREFIX=$words[-1]; _muster }; try "$@"`;
    return ['-f', '-c', play, 'zsh', script, ...words];
  },
  fish: (script, words) => {
    const play = 'source $argv[1]; complete -C (string join " " -- muster $argv[2..-1])';
    return ['--no-config', '-c', play, script, ...words];
  },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-completion-'));
  const stub = [
    '#!/bin/sh',
    `printf '<%s>' "$@" > '${folder}/asked'`,
    'printf "b1\\nb2\\n"',
    'echo noise >&2',
    '',
  ];
  writeFileSync(join(folder, 'muster'), stub.join('\n'));
  chmodSync(join(folder, 'muster'), 0o755);
});

afterEach(() => rmSync(folder, { recursive: true }));

async function complete(
  shell: Shell,
  words: readonly string[],
): Promise<{ offered: string[]; asked: string }> {
  const script = join(folder, 'script');
  writeFileSync(script, await operator.completion(shell));
  const env = { ...process.env, HOME: folder, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  const { stdout } = await run(shell, completing[shell](script, words), { env });
  const offered = stdout.split('\n').filter((line) => line !== '');
  return { offered, asked: readFileSync(join(folder, 'asked'), 'utf8') };
}

async function isThere(shell: Shell): Promise<boolean> {
  return run(shell, ['-c', 'exit 0']).then(
    () => true,
    () => false,
  );
}

describe.each(shells)('%s', async (shell) => {
  const there = await isThere(shell);

  test.for([
    ['an empty word', ['node', 'show', ''], '<__complete><--><node><show><>'],
    ['a begun word', ['why', 'b'], '<__complete><--><why><b>'],
    ['the first word', [''], '<__complete><--><>'],
    ['options before', ['role', 'set', '--json', 'b'], '<__complete><--><role><set><--json><b>'],
  ] as const)('hands over %s and offers what comes back', async ([, words, asked], { skip }) => {
    skip(!there, `${shell} is not on this machine: apt-get install ${shell}`);
    expect(await complete(shell, words)).toEqual({ offered: ['b1', 'b2'], asked });
  });
});

test('in a payload the scripts stand beside the program', async () => {
  mkdirSync(join(folder, 'completion'));
  writeFileSync(join(folder, 'completion/_muster'), '#compdef muster\n');

  expect(await createOperator(placeOf(folder), interrupt).completion('zsh')).toBe('#compdef muster\n');
});

test('bash cuts words at =, and they are put together again', async () => {
  const { asked } = await complete('bash', ['settings', 'set', 'vip', '=', '10.0.0.1', 'w']);
  expect(asked).toBe('<__complete><--><settings><set><vip=10.0.0.1><w>');
});
