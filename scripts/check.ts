import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Runs every `check:*` script of package.json side by side; one line for each, then all that failed. */

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
}

const root = join(import.meta.dirname, '..');

async function main(): Promise<void> {
  await ensureShellcheck();
  const checks = Object.entries(await packageScripts()).filter(([name]) => name.startsWith('check:'));
  const outcomes = await Promise.all(checks.map(([name, script]) => check(name, script)));
  const failed = outcomes.filter((outcome) => !outcome.ok);
  for (const { name, output } of failed) say(`\n── ${name} ──\n${output}`);
  if (failed.length === 0) return;
  say(`\n${failed.length} of ${outcomes.length} checks failed: ${failed.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}

/** The scripts are plain words, so that no shell is needed; npm has put node_modules/.bin in the path. */
async function check(name: string, script: string): Promise<Outcome> {
  const startedMs = performance.now();
  const [program = '', ...words] = script.split(' ');
  const result = await execa(program, words, { cwd: root, preferLocal: true, reject: false, all: true });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const ok = result.exitCode === 0;
  say(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(14)} ${seconds} s`);
  return { name, ok, output: result.all ?? result.message ?? '' };
}

async function packageScripts(): Promise<Record<string, string>> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  return (JSON.parse(text) as { scripts: Record<string, string> }).scripts;
}

/** The one checker that is no npm package. */
async function ensureShellcheck(): Promise<void> {
  if (await runs('shellcheck', '--version')) return;
  if (process.getuid?.() === 0) {
    await execa('apt-get', ['update', '-q'], { reject: false });
    await execa('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'shellcheck'], {
      reject: false,
    });
    if (await runs('shellcheck', '--version')) return;
  }
  say(
    'check:shell needs shellcheck, and it could not be installed: run "apt-get install shellcheck" as root',
  );
  process.exit(1);
}

async function runs(program: string, word: string): Promise<boolean> {
  const result = await execa(program, [word], { reject: false });
  return result.exitCode === 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
