import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { execa } from 'execa';

import { LabProblem } from '../core/problem.ts';
import { enterCommand } from './exec.ts';
import { perform } from './perform.ts';

/** True for a file's path as against "into that folder". */
const targetFile = (destination: string, isFolder: boolean, source: string): string =>
  isFolder || destination.endsWith('/') ? join(destination, basename(source)) : destination;

const pipe = async (from: readonly string[], to: readonly string[], what: string): Promise<void> => {
  const [fromFile = '', ...fromArgs] = from;
  const [toFile = '', ...toArgs] = to;
  const options = { reject: false, cwd: '/', buffer: { stdout: false, stderr: true } } as const;
  const source = execa(fromFile, fromArgs, { ...options, stdin: 'ignore' });
  const sink = execa(toFile, toArgs, options);
  source.stdout.pipe(sink.stdin);
  // A sink that ends early is told below, with its own words.
  sink.stdin.on('error', () => undefined);
  for (const done of await Promise.all([source, sink])) {
    if (done.exitCode !== 0) {
      throw new LabProblem(`${what} failed: ${done.stderr.trim() || done.shortMessage}`, 'npm run lab -- ls');
    }
  }
};

/** Not `cp /dev/stdin`: our pipes are sockets, and a socket cannot be opened by that name. */
const intoFile = (target: string): string[] => ['dd', `of=${target}`, 'bs=1M', 'status=none'];

const unpack = (folder: string): string[] => ['tar', '--no-same-owner', '-C', folder, '-xpf', '-'];

/** Copies a file or a folder's content of the host into a machine. */
export const put = async (name: string, source: string, destination: string): Promise<void> => {
  const from = resolve(source);
  const found = await stat(from).catch(() => undefined);
  if (!found)
    throw new LabProblem(`There is no ${from} on this host to put into ${name}.`, `ls ${dirname(from)}`);
  const what = `put ${from} to ${destination} on ${name}`;
  if (found.isDirectory()) {
    await perform(name, ['mkdir', '-p', destination], { reject: true });
    await pipe(['tar', '-C', from, '-cf', '-', '.'], await enterCommand(name, unpack(destination)), what);
    return;
  }
  const isFolder = (await perform(name, ['test', '-d', destination])).exitCode === 0;
  const target = targetFile(destination, isFolder, from);
  await perform(name, ['mkdir', '-p', dirname(target)], { reject: true });
  await pipe(['cat', from], await enterCommand(name, intoFile(target)), what);
  await perform(name, ['chmod', (found.mode & 0o7777).toString(8), target], { reject: true });
};

/** Copies a file or a folder's content of a machine to the host. */
export const get = async (name: string, source: string, destination: string): Promise<void> => {
  const to = resolve(destination);
  const what = `get ${source} of ${name} to ${to}`;
  if ((await perform(name, ['test', '-e', source])).exitCode !== 0) {
    throw new LabProblem(
      `There is no ${source} on ${name}.`,
      `npm run lab -- exec ${name} -- ls ${dirname(source)}`,
    );
  }
  if ((await perform(name, ['test', '-d', source])).exitCode === 0) {
    await execa('mkdir', ['-p', to]);
    await pipe(await enterCommand(name, ['tar', '-C', source, '-cf', '-', '.']), unpack(to), what);
    return;
  }
  const isFolder = await stat(to).then(
    (one) => one.isDirectory(),
    () => false,
  );
  const target = targetFile(destination.endsWith('/') ? `${to}/` : to, isFolder, source);
  await execa('mkdir', ['-p', dirname(target)]);
  await pipe(await enterCommand(name, ['cat', source]), intoFile(target), what);
  const mode = (await perform(name, ['stat', '-c', '%a', source], { reject: true })).stdout.trim();
  await execa('chmod', [mode, target]);
};
