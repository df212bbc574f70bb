import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Edited } from './context.ts';
import type { Interrupt } from './interrupt.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Opens a copy of the text in $VISUAL, $EDITOR or Debian's `editor`, in a directory that only its owner can read. */
export async function editText(
  text: string,
  name: string,
  environment: Environment,
  interrupt: Pick<Interrupt, 'ignoredDuring'>,
): Promise<Edited> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-'));
  const path = join(folder, name);
  const done = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  await writeFile(path, text, { mode: 0o600 });
  try {
    await interrupt.ignoredDuring(() => runEditor(editorOf(environment), path));
  } catch (error) {
    await done();
    throw error;
  }
  return { text: await readFile(path, 'utf8'), path, done };
}

/** A program and its own arguments, as in `code --wait`. */
function editorOf(environment: Environment): readonly string[] {
  const chosen = environment['VISUAL']?.trim() || environment['EDITOR']?.trim() || 'editor';
  return chosen.split(/\s+/);
}

async function runEditor([program = '', ...options]: readonly string[], path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  spawn(program, [...options, path], { stdio: 'inherit' })
    .on('error', reject)
    .on('close', resolve);
  const exitCode = await promise.catch((error: unknown) => {
    throw new MusterError('command-missing', {
      what: `the editor '${program}' cannot be started: ${messageOf(error)}`,
      why: '$VISUAL or $EDITOR names it, or Debian’s own choice is missing; nothing was changed',
      next: 'EDITOR=nano muster settings edit',
      cause: error,
    });
  });
  if (exitCode === 0) return;
  throw new MusterError('command-failed', {
    what: `the editor '${program}' ended with ${exitCode === null ? 'a signal' : `exit code ${String(exitCode)}`}`,
    why: 'that is how editors say that the text is not to be used; nothing was changed',
    next: 'muster settings edit',
  });
}
