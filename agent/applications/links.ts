import { refusedArchive } from './refused.ts';
import { safePath } from './tar.ts';

/** As many as the kernel follows. */
const mostTurns = 40;

/**
 * Refuses links that lead out of the folder, themselves or by way of others. `links`: path to target. What a link leads
 * to need not be there.
 */
export function checkLinks(links: ReadonlyMap<string, string>): void {
  for (const [path, target] of links) follow(links, path, target);
}

function follow(links: ReadonlyMap<string, string>, path: string, target: string): void {
  let here = path.split('/').slice(0, -1);
  let rest = partsOf(path, target);
  for (let turns = 0; rest.length > 0; ) {
    const [part = '', ...later] = rest;
    rest = later;
    if (part === '..') {
      if (here.length === 0) throw refusedArchive(`the link ${path} leads out of the application`);
      here = here.slice(0, -1);
      continue;
    }
    const at = [...here, part].join('/');
    const next = links.get(at);
    if (next === undefined) {
      here = [...here, part];
      continue;
    }
    turns += 1;
    if (turns > mostTurns) throw refusedArchive(`the link ${path} leads in a circle`);
    rest = [...partsOf(at, next), ...rest];
  }
}

function partsOf(path: string, target: string): string[] {
  if (target.startsWith('/') || target === '' || target.includes('\0')) {
    throw refusedArchive(`the link ${path} leads to ${target === '' ? 'nothing' : target}`);
  }
  return target.split('/').filter((part) => part !== '' && part !== '.');
}

/** The folders above a path, nearest last. */
export function parentsOf(path: string): string[] {
  const parts = safePath(path).split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
