import type { Kept, Observed, Question, Wants } from '../model/observed.ts';
import { paths } from '../model/paths.ts';
import type { ServiceSpec } from '../model/service.ts';
import { filesPath, volumeName } from '../model/storage.ts';
import { carriersOf, selfOf, type View } from '../model/view.ts';
import { filesOf } from './files.ts';
import { nfsFiles, nfsPackages, nfsServer, servesNfs, usedByNfs } from './nfs.ts';
import { glusterd } from './service.ts';
import { rowOf, type VolumeSeen, volumeSeen } from './volume.ts';

/** GlusterFS from the first node on: the second one then finds it there, and joins without waiting for packages. */
export const packages = ['glusterfs-server'];

/** glusterd answers its own command line within a second, or waits for another node. */
const glusterTimeoutMs = 10_000;
const lookTimeoutMs = 5_000;

/** The volume as glusterd wrote it down. */
export const writtenPath = `/var/lib/glusterd/vols/${volumeName}/info`;

/**
 * The `gluster` program starts a Python beside itself each time, a quarter of a second of a core in all. What it says of
 * the volume changes with glusterd's own file; a minute later it is asked all the same.
 */
const keptVolume: Kept = { file: writtenPath, forMs: 60_000 };

/** Where the volume is mounted while it learns what lay here before it. */
export const adoptPath = `${paths.run}/adopt`;

/** What a part of the volume still has to tell another: a file each, beside one that is always there. */
const backlogPath = `${filesPath}/.glusterfs/indices/xattrop`;

type Program = Extract<Question, { kind: 'program' }>;

const program = (timeoutMs: number, ...argv: readonly [string, ...string[]]): Program => ({
  kind: 'program',
  argv,
  timeoutMs,
});

/** Whether GlusterFS keeps the files. */
export function onGluster({ storage }: View): boolean {
  return storage?.driver === 'gluster';
}

/** What runs here, by the way in which the files are kept. */
export function servicesOf(view: View): readonly ServiceSpec[] {
  if (onGluster(view)) return [glusterd];
  return servesNfs(view) ? [nfsServer] : [];
}

/** Whether this node gives the commands that concern the whole volume. */
export function isKeeper({ storage, self }: View): boolean {
  return storage?.keeper === self;
}

/** What the role reads off its machine. */
export function wants(view: View): Wants {
  const gluster = onGluster(view);
  const common = {
    // Whether anything lies there: one letter for the first name found.
    content: program(lookTimeoutMs, 'find', filesPath, '-mindepth', '1', '-printf', 'x', '-quit'),
    disk: program(
      lookTimeoutMs,
      'findmnt',
      '--noheadings',
      '--output',
      'FSTYPE,OPTIONS',
      '--target',
      paths.storage,
    ),
  };
  const volume = {
    volume: { ...program(glusterTimeoutMs, 'gluster', 'volume', 'info', volumeName), kept: keptVolume },
    parts: program(lookTimeoutMs, 'pgrep', '--exact', 'glusterfsd'),
    backlog: program(
      lookTimeoutMs,
      'find',
      backlogPath,
      '-mindepth',
      '1',
      '-not',
      '-name',
      'xattrop-*',
      '-printf',
      'x',
    ),
    adopting: { kind: 'mount', path: adoptPath } as const,
  };
  const list = program(glusterTimeoutMs, 'gluster', 'pool', 'list');
  const pool = { pool: settled(view) ? { ...list, kept: keptVolume } : list };
  return {
    packages: [...packages, ...(servesNfs(view) ? nfsPackages : [])],
    files: [...(gluster ? filesOf(view) : []), ...nfsFiles(view)].map(({ path }) => path),
    texts: gluster && isKeeper(view) ? [writtenPath] : [],
    services: servicesOf(view),
    questions: { ...common, ...(gluster ? volume : {}), ...(gluster && isKeeper(view) ? pool : {}) },
  };
}

/** All who carry storage and answer know the volume as it was decided: nobody is to be taken in, and nothing to grow. */
function settled(view: View): boolean {
  const wanted = rowOf(view.storage?.bricks ?? []);
  const present = carriersOf(view, 'storage').filter(({ verdict }) => verdict === 'alive');
  return present.every(({ facts }) => facts?.details?.storage?.['row'] === wanted);
}

/** `absent`: the folder of the files is not there. */
export function contentSeen({ answers }: Observed): 'absent' | 'empty' | 'some' | 'unknown' {
  const answer = answers['content'];
  if (answer?.ok !== true) return 'unknown';
  if (answer.status !== 0) return 'absent';
  return answer.text === '' ? 'empty' : 'some';
}

/** What this node's glusterd knows of the volume. */
export function ownVolume({ answers }: Observed): VolumeSeen {
  const answer = answers['volume'];
  return volumeSeen(answer);
}

/** How many changes other copies still miss of this node's part; undefined where there is no part. */
export function backlogSeen({ answers }: Observed): number | undefined {
  const answer = answers['backlog'];
  return answer?.ok === true && answer.status === 0 ? answer.text.length : undefined;
}

/** Whether a part of the volume is served here. */
export function partRuns({ answers }: Observed): boolean {
  const answer = answers['parts'];
  return answer?.ok === true && answer.status === 0;
}

/** The kind of file system below /srv/muster. */
export function diskSeen({ answers }: Observed): string | undefined {
  const answer = answers['disk'];
  return answer?.ok === true && answer.status === 0 ? answer.text.trim().split(/\s+/)[0] : undefined;
}

/**
 * Whether nobody writes past the volume any more: this node's own web server has the files from it, and none that is
 * there by NFS.
 */
export function websSwitched(view: View): boolean {
  const { roles, facts } = selfOf(view);
  const own = !roles.includes('web') || facts?.details?.web?.['shared'] === 'gluster';
  return own && !usedByNfs(view);
}
