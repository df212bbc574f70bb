import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Operator, Output, Page, Shell } from './context.ts';
import { editText } from './editor.ts';
import type { Interrupt } from './interrupt.ts';
import { pack } from './pack.ts';
import type { Place } from './place.ts';
import { openSqlClient } from './sql-client.ts';

/** A stream of this process as an output. */
export function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    terminal: stream.isTTY,
    // hasColors knows NO_COLOR, FORCE_COLOR and dumb terminals.
    colour: stream.isTTY && stream.hasColors(),
  };
}

/** How a shell wants the file called that teaches it. */
const completionFiles: Readonly<Record<Shell, string>> = {
  bash: 'muster.bash',
  zsh: '_muster',
  fish: 'muster.fish',
};

/** The person at this terminal. */
export function createOperator(place: Place, interrupt: Interrupt): Operator {
  return {
    canAnswer: process.stdin.isTTY && process.stderr.isTTY,
    confirm: async (question) => /^y(es)?$/i.test(await answer(`${question} [y/N]`)),
    answer,
    edit: (text, name) => editText(text, name, process.env, interrupt),
    read: (path) => readText(path),
    pack,
    sql: (place) => openSqlClient(place, interrupt),
    manual: async () => pagesIn(await place.docs()),
    completion: async (shell) => readFile(join(await place.completion(), completionFiles[shell]), 'utf8'),
    pause: async (ms) => {
      await sleep(ms, undefined, { signal: interrupt.signal }).catch(() => undefined);
    },
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MusterError('request-invalid', {
      what: `${path} cannot be read`,
      why: messageOf(cause),
      next: `ls -l ${path}`,
      cause,
    });
  }
}

async function answer(question: string): Promise<string> {
  // Not as a terminal: the keyboard's interrupt is to reach the process, not the line editor.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const { promise, resolve } = Promise.withResolvers<string>();
  lines.once('close', () => resolve(''));
  lines.once('line', resolve);
  lines.setPrompt(`${question} `);
  lines.prompt();
  const typed = await promise;
  lines.close();
  return typed.trim();
}

async function pagesIn(folder: string): Promise<Page[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  return Promise.all(
    names.map(async (name) => ({
      topic: name.slice(0, -'.md'.length),
      text: await readFile(join(folder, name), 'utf8'),
    })),
  );
}
