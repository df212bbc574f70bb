import * as z from 'zod';
import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
import type { Details, Health } from '../model/facts.ts';
import { mountSeen } from '../model/mount.ts';
import type { Observed, Question } from '../model/observed.ts';
import { paths } from '../model/paths.ts';
import type { FileSpec, Step } from '../model/step.ts';
import { filesPath } from '../model/storage.ts';
import { carriersOf, isReachable, selfOf, type View } from '../model/view.ts';
import { sharedClient, sharedFiles } from './shared-client.ts';
import { makePoint, sharedCommand } from './shared-commands.ts';
import { mountNfs, mountsNfs, nfsClientPackages } from './shared-nfs.ts';

/** What mounts the volume. */
export const volumePackages = ['glusterfs-client'];

/** What the mount needs, by the way in which the files are kept. */
export function sharedPackages(view: View): readonly string[] {
  return mountsNfs(view) ? nfsClientPackages : volumePackages;
}

/** The volume is mounted here, or is to be. */
export function usesVolume({ storage }: View): boolean {
  return storage?.driver === 'gluster';
}

/** The files of the mount. */
export function sharedFilesOf(view: View): readonly FileSpec[] {
  return usesVolume(view) ? sharedFiles(view) : [];
}

/** Whether the common files answer, and can be written. A file for each node: they all ask. */
export function sharedQuestion({ self }: View): Question {
  return { kind: 'mount', path: paths.shared, touch: `.muster-${self}` };
}

/** The common files where the applications look for them. */
export function planShared(view: View, observed: Observed): Step[] {
  if (usesVolume(view)) return volume(view, observed);
  if (mountsNfs(view)) {
    const missing = ensurePackages(observed, nfsClientPackages, 'the mount of the common files');
    return [...missing, ...mountNfs(view, observed)];
  }
  const driver = view.storage?.driver;
  if (driver === undefined || mountSeen(observed.answers['shared']).state !== 'absent') return [];
  return driver === 'external' ? external(view) : folder();
}

/** Not before there is something to mount; once it runs it stays, whatever becomes of the volume. */
function volume(view: View, observed: Observed): Step[] {
  const started = view.nodes.some(({ facts }) => facts?.details?.storage?.['volume'] === 'started');
  if (!started && observed.loaded[sharedClient.unit] === undefined) return [];
  const files = sharedFiles(view);
  return [
    ...ensurePackages(observed, volumePackages, 'the mount of the common files'),
    ...ensureFiles(observed, files),
    ...ensureService(observed, sharedClient, files, 'restart'),
  ];
}

/**
 * The folder on this node's own disk, mounted where it is looked for. By a private copy of the mount: else the kernel
 * would show whatever is mounted over it later, the volume, in the folder itself as well, and the volume would wait for
 * itself for ever. The copies of it in the services' own namespaces follow all the same.
 */
function folder(): Step[] {
  const between = `${paths.run}/files`;
  return [
    sharedCommand('make', 'install', '-d', '-m', '0755', filesPath),
    sharedCommand('make', 'install', '-d', '-m', '0700', between),
    makePoint(),
    sharedCommand('mount', 'mount', '--bind', '--make-private', filesPath, between),
    sharedCommand('mount', 'mount', '--bind', between, paths.shared),
    sharedCommand('tidy', 'umount', between),
  ];
}

const External = z.object({
  external: z.object({ type: z.string(), source: z.string(), options: z.string() }),
});

function external({ settings }: View): Step[] {
  const { data } = External.safeParse(settings['storage']);
  if (data === undefined) return [];
  const { type, source, options } = data.external;
  return [makePoint(), sharedCommand('mount', 'mount', '-t', type, '-o', options, source, paths.shared)];
}

/**
 * Why the web server is not to get requests yet: its common files have not answered. Undefined once they have: a mount
 * that falls silent later costs uploads, and pages go on. Undefined too where no other is left that could serve pages.
 */
export function sharedTrouble(view: View, observed: Observed): Health | undefined {
  if (view.storage === undefined || wasReady(view) || !othersServe(view)) return undefined;
  const seen = mountSeen(observed.answers['shared']);
  if (seen.state === 'answers') return undefined;
  return { state: 'starting', reason: `the common files ${wordsFor[seen.state]}` };
}

const wordsFor = {
  unknown: 'were not looked at yet',
  absent: 'are not mounted yet',
  refuses: 'cannot be written',
  hangs: 'do not answer',
} as const;

function wasReady(view: View): boolean {
  return selfOf(view).facts?.health.web?.state === 'ready';
}

function othersServe(view: View): boolean {
  return carriersOf(view, 'web').some(
    (node) => node.record.id !== view.self && isReachable(node) && node.facts?.health.web?.state === 'ready',
  );
}

/** What is said of the common files beside pages that are served; empty where they are well. */
export function sharedNote(view: View, observed: Observed): string {
  const seen = mountSeen(observed.answers['shared']);
  if (view.storage === undefined || seen.state === 'answers') return '';
  return `; the common files ${wordsFor[seen.state]}: uploads fail`;
}

/** From where this node has the common files, for `facts.details`; `silent` while they do not answer. */
export function sharedDetail(view: View, observed: Observed): Details {
  const seen = mountSeen(observed.answers['shared']);
  if (view.storage === undefined || seen.state === 'unknown') return {};
  if (seen.state !== 'answers') return { shared: 'silent' };
  if (seen.type === 'fuse.glusterfs') return { shared: 'gluster' };
  if (seen.type === 'nfs4' && view.storage.driver !== 'external') return { shared: 'nfs' };
  return { shared: view.storage.driver === 'external' ? 'external' : 'local' };
}
