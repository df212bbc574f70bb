import type { Files } from '../../roles/model/ports.ts';
import type { Step } from '../../roles/model/step.ts';

/** The unified diff that a step makes of a file; empty where it touches none. */
export async function diffOf(files: Files, step: Step): Promise<string> {
  if (step.kind === 'file')
    return patch(step.file.path, (await files.read(step.file.path)) ?? '', step.file.content);
  return '';
}

async function patch(path: string, before: string, after: string): Promise<string> {
  if (before === after) return '';
  // Only who asks for a plan needs the library.
  const { createTwoFilesPatch } = await import('diff');
  return createTwoFilesPatch(path, path, before, after, 'now', 'then', { context: 3 });
}
