import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One source file: its path from the root of the checkout, its text, and what it imports. */
export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly text: string;
  /** Files of the checkout, as paths from its root. */
  readonly files: readonly string[];
  /** Packages and Node's own modules, by the name one imports them by: `yaml`, `node:fs`, `@peculiar/x509`. */
  readonly packages: readonly string[];
}

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folders that hold what runs. */
const sourceFolders = ['agent', 'coordinator', 'roles', 'scripts', 'test'];

export function sourceTree(): readonly SourceFile[] {
  return sourceFolders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map(readSource);
}

/** Static and lazy imports, re-exports included. */
const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g;

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const names = [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const [inner, outer] = [
    names.filter((name) => name.startsWith('.')),
    names.filter((name) => !name.startsWith('.')),
  ];
  return {
    path,
    text,
    lines: text.split('\n').length - 1,
    files: inner.map((name) => relative(root, normalize(join(root, dirname(path), name)))),
    packages: outer.map(packageName),
  };
}

function packageName(name: string): string {
  const parts = name.split('/');
  if (name.startsWith('node:')) return parts.slice(0, 1).join('/');
  return parts.slice(0, name.startsWith('@') ? 2 : 1).join('/');
}

/** Cycles between files, each as the path that closes; empty when there are none. */
export function importCycles(tree: readonly SourceFile[]): readonly string[] {
  const imports = new Map(tree.map((file) => [file.path, file.files]));
  const done = new Set<string>();
  const cycles: string[] = [];
  function visit(path: string, trail: readonly string[]): void {
    const at = trail.indexOf(path);
    if (at >= 0) cycles.push([...trail.slice(at), path].join(' -> '));
    if (at >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  }
  for (const file of tree) visit(file.path, []);
  return cycles;
}
