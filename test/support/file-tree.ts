import type { LabMachine } from '../lab/harness/index.ts';

/** Every file, folder and link of a machine: path to type, mode, owner, target and hash. */
export type FileTree = ReadonlyMap<string, string>;

/** What is no part of the machine's own disk, and the checkout that the story put there. */
const elsewhere = ['/proc', '/sys', '/dev', '/run', '/tmp', '/srv', '/root/muster'];

/** What `docs/operations.md` lists under "What differs afterwards", and what a running machine itself writes. */
const mayDiffer = [
  /^\/var\/log(\/|$)/,
  /^\/var\/cache(\/|$)/,
  /^\/var\/lib\/(apt|dpkg|ucf)(\/|$)/,
  /^\/var\/lib\/systemd(\/|$)/,
  /^\/var\/backups(\/|$)/,
  /^\/etc\/ld\.so\.cache$/,
  /^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-?$/,
];

/** Lists a machine's files, hashes included. */
export async function fileTree(machine: LabMachine): Promise<FileTree> {
  const prune = ['(', ...elsewhere.flatMap((path) => ['-o', '-path', path]).slice(1), ')', '-prune', '-o'];
  const listed = await machine.exec([
    'find',
    '/',
    '-xdev',
    ...prune,
    '-printf',
    String.raw`%p\t%y %m %u:%g %l\n`,
  ]);
  const hashed = await machine.exec([
    'find',
    '/',
    '-xdev',
    ...prune,
    '-type',
    'f',
    '-exec',
    'sha256sum',
    '{}',
    '+',
  ]);
  const tree = new Map<string, string>();
  for (const line of lines(listed.stdout)) {
    const [path = '', what = ''] = line.split('\t');
    tree.set(path, what);
  }
  for (const line of lines(hashed.stdout)) {
    const path = line.slice(66);
    tree.set(path, `${tree.get(path) ?? ''} ${line.slice(0, 64)}`);
  }
  return tree;
}

/** What differs between two looks, a line each; what may differ is left out. */
export function differences(before: FileTree, after: FileTree): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .filter((path) => !mayDiffer.some((pattern) => pattern.test(path)))
    .map((path) => `${path}: ${before.get(path) ?? 'nothing'} -> ${after.get(path) ?? 'nothing'}`);
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
