import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '../../roles/model/errors.ts';

/**
 * Where the program's own files are. In a payload, `VERSION`, `docs/` and `completion/` stand beside the program; in a
 * checkout the program is coordinator/cli/main.ts and they are found from two folders up.
 */
export interface Place {
  version(): Promise<string>;
  docs(): Promise<string>;
  /** The folder of the scripts that teach shells. */
  completion(): Promise<string>;
}

export function placeOf(programFolder: string): Place {
  const checkout = join(programFolder, '../..');
  return {
    docs: () => firstOf([join(programFolder, 'docs'), join(checkout, 'docs')]),
    completion: () => firstOf([join(programFolder, 'completion'), join(checkout, 'scripts/completion')]),
    version: async () => {
      const path = await firstOf([join(programFolder, 'VERSION'), join(checkout, 'package.json')]);
      const text = await readFile(path, 'utf8');
      return path.endsWith('.json') ? (JSON.parse(text) as { version: string }).version : text.trim();
    },
  };
}

async function firstOf(paths: readonly string[]): Promise<string> {
  for (const path of paths) if (await isThere(path)) return path;
  throw new MusterError('state-unreadable', {
    what: `a part of muster is missing: ${paths.join(' or ')}`,
    why: 'the program was moved away from its own files, or they were removed',
    next: './install.sh, again',
  });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
