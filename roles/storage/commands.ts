import { type NodeId, nodeHostname } from '../model/node.ts';
import type { CommandStep } from '../model/step.ts';
import { brickOf, copies, filesPath, volumeName } from '../model/storage.ts';
import { adoptPath } from './observed.ts';

/** A command for the whole volume waits for every node of the pool; gluster itself gives up after two minutes. */
const volumeTimeoutMs = 130_000;
const shortTimeoutMs = 20_000;
/** To look at a million files takes a quarter of an hour on a slow disk. */
const adoptTimeoutMs = 3_600_000;

const command = (
  does: string,
  why: string,
  timeoutMs: number,
  ...argv: readonly [string, ...string[]]
): CommandStep => ({ kind: 'command', argv, does, why, timeoutMs });

const gluster = (does: string, why: string, ...words: readonly string[]): CommandStep =>
  command(does, why, volumeTimeoutMs, 'gluster', '--mode=script', ...words);

const volume = (does: string, why: string, verb: string, ...words: readonly string[]): CommandStep =>
  gluster(does, why, 'volume', verb, volumeName, ...words);

/** Where the files lie. Others than root get in, and write where an application's own folder lets them. */
export const makeFolder = (path: string = filesPath): CommandStep =>
  command(
    `make ${path}`,
    'the common files are kept there',
    shortTimeoutMs,
    'install',
    '-d',
    '-m',
    '0755',
    path,
  );

/** Renamed, so that nothing of it is lost. */
export const setAside = (to: string): CommandStep =>
  command(
    `keep what lay in ${filesPath} in ${to}`,
    'this node is to be free for a copy of the common files, and holds something else',
    shortTimeoutMs,
    'mv',
    '--no-target-directory',
    filesPath,
    to,
  );

export const addPeer = (id: NodeId, name: string): CommandStep =>
  gluster(
    `take ${name} into the pool of storage nodes`,
    'it is to hold files',
    'peer',
    'probe',
    nodeHostname(id),
  );

export const dropPeer = (peer: string): CommandStep =>
  gluster(`let ${peer} go from the pool`, 'it is no storage node any more', 'peer', 'detach', peer, 'force');

/** `force` for the root file system, where there is no disk of its own for /srv. */
export const create = (bricks: readonly NodeId[]): CommandStep =>
  volume(
    'make the volume of the common files',
    'every node is to have the same files',
    'create',
    ...(bricks.length >= copies ? ['replica', String(copies)] : []),
    ...bricks.map(brickOf),
    'force',
  );

/** Several at once: each `set` on its own takes a second. */
export const tune = (options: Readonly<Record<string, string>>): CommandStep =>
  volume(
    'tune the volume',
    'its options are not as they should be',
    'set',
    ...Object.entries(options).flat(),
  );

/** `force` also starts a part whose process has died. */
export const start = (why: string): CommandStep => volume('start the volume', why, 'start', 'force');

export const growCopies = (added: readonly NodeId[]): CommandStep =>
  volume(
    'give every file three copies',
    'three nodes can hold them',
    'add-brick',
    'replica',
    String(copies),
    ...added.map(brickOf),
    'force',
  );

export const growSpace = (added: readonly NodeId[]): CommandStep =>
  volume(
    'add space to the volume',
    'three more nodes can hold files',
    'add-brick',
    ...added.map(brickOf),
    'force',
  );

/** New files use the new space at once; this moves old ones over, too. */
export const rebalance = (): CommandStep =>
  volume('spread the files over all nodes', 'space was added', 'rebalance', 'start');

export const replace = (gone: NodeId, successor: NodeId): CommandStep =>
  volume(
    'give the copies of one node to another',
    'that node no longer holds files',
    'replace-brick',
    brickOf(gone),
    brickOf(successor),
    'commit',
    'force',
  );

/**
 * The volume learns of a file that lay there before it when somebody names it. To name every one, so that copies of all
 * are made: -links 0 looks at each and prints none.
 */
export function adopt(self: NodeId, mounted: boolean): readonly CommandStep[] {
  const why = 'the volume is to know every file that lay here before it';
  const source = `${nodeHostname(self)}:/${volumeName}`;
  const mount = [
    command('make a place to look from', why, shortTimeoutMs, 'install', '-d', '-m', '0700', adoptPath),
    command(
      'mount the volume to look at it',
      why,
      shortTimeoutMs,
      'mount',
      '-t',
      'glusterfs',
      source,
      adoptPath,
    ),
  ];
  return [
    ...(mounted ? [] : mount),
    command('look at every file', why, adoptTimeoutMs, 'find', adoptPath, '-links', '0'),
  ];
}

export const endLook = (): CommandStep =>
  command('end the look at the volume', 'it knows every file', shortTimeoutMs, 'umount', adoptPath);
