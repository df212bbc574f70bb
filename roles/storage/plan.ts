import { ensureFiles, ensurePackages, ensureService, serviceFingerprint } from '../model/ensure.ts';
import { mountSeen } from '../model/mount.ts';
import type { Observed } from '../model/observed.ts';
import { paths } from '../model/paths.ts';
import type { Step } from '../model/step.ts';
import type { StorageView } from '../model/storage.ts';
import type { View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import * as commands from './commands.ts';
import { configOf, markFile } from './files.ts';
import { keepVolume } from './keep-volume.ts';
import { endNfs, planNfs } from './nfs.ts';
import {
  contentSeen,
  isKeeper,
  onGluster,
  ownVolume,
  packages,
  partRuns,
  websSwitched,
  writtenPath,
} from './observed.ts';
import { keepPool } from './pool.ts';
import { glusterd } from './service.ts';
import type { StorageSettings } from './settings.ts';
import { rowOf, writtenBricks } from './volume.ts';

/** The folder or glusterd first; then, on the one node that keeps the volume, what concerns all of it. */
export function plan({ view, observed }: RoleInput<StorageSettings>): readonly Step[] {
  const decision = view.storage;
  if (decision === undefined || decision.driver === 'external') return [];
  if (!onGluster(view)) return [...folder(observed), ...planNfs(view, observed)];
  const files = configOf(view);
  return [
    ...ensurePackages(observed, packages, 'GlusterFS'),
    ...ensureFiles(observed, files),
    ...ensureService(observed, glusterd, files, 'restart'),
    ...ownPart(view, decision, observed),
    ...(isKeeper(view) ? keepAll(view, decision, observed) : []),
    ...restart(view, observed),
    ...resync(view, decision, observed),
    ...adoption(view, decision, observed),
    ...endNfs(view, observed),
  ];
}

function folder(observed: Observed): Step[] {
  return contentSeen(observed) === 'absent' ? [commands.makeFolder()] : [];
}

/** A holder's own folder; whoever is to be free for a copy keeps what lay there under another name. */
function ownPart(view: View, { bricks, epoch }: StorageView, observed: Observed): Step[] {
  const content = contentSeen(observed);
  if (content === 'absent') return [commands.makeFolder()];
  if (bricks.includes(view.self) || content !== 'some') return [];
  const volume = ownVolume(observed);
  if (volume === 'unknown') return [];
  if (volume !== 'absent' && volume.bricks.includes(view.self)) return [];
  return [commands.setAside(`${paths.storage}/former-${String(epoch)}`), commands.makeFolder()];
}

/** A part whose process has died while glusterd goes on. */
function restart(view: View, observed: Observed): Step[] {
  const volume = ownVolume(observed);
  if (volume === 'unknown' || volume === 'absent' || !volume.started) return [];
  if (!volume.bricks.includes(view.self) || partRuns(observed)) return [];
  return [commands.start('the part that lies here is not served')];
}

/**
 * A change that all others have and this node's glusterd missed: it learns of it from them when it starts. What it serves
 * goes on meanwhile.
 */
function resync(view: View, { bricks }: StorageView, observed: Observed): Step[] {
  const volume = ownVolume(observed);
  if (volume === 'unknown' || volume === 'absent' || volume.bricks.includes(view.self)) return [];
  const others = view.nodes.filter(({ record }) => bricks.includes(record.id) && record.id !== view.self);
  const wanted = rowOf(bricks);
  const missed =
    bricks.includes(view.self) &&
    others.length > 0 &&
    others.every(({ facts }) => facts?.details?.storage?.['row'] === wanted);
  return missed ? [restartGlusterd(view, 'its part of the volume was made without its knowledge')] : [];
}

function restartGlusterd(view: View, why: string): Step {
  const fingerprint = serviceFingerprint(glusterd, configOf(view));
  return { kind: 'service', action: 'restart', service: glusterd, fingerprint, why, tells: 'healed' };
}

/** What concerns the whole volume, and every node of it. */
function keepAll(view: View, decision: StorageView, observed: Observed): Step[] {
  if (isStuck(observed)) {
    return [
      restartGlusterd(view, 'a change of the volume was cut off half way: it is taken back, and made anew'),
    ];
  }
  return [...keepPool(view, observed), ...keepVolume(view, decision, observed)];
}

/**
 * glusterd gave up a change because a node fell silent in the middle of it. It goes on to tell of it as done, and keeps
 * every other command waiting; what it has written down is as before, which is what all others have.
 */
function isStuck(observed: Observed): boolean {
  const volume = ownVolume(observed);
  const written = writtenBricks(observed.texts[writtenPath]);
  if (volume === 'unknown' || volume === 'absent' || written === undefined) return false;
  return rowOf(volume.bricks) !== rowOf(written);
}

/** On the node whose files the volume was made over, once nobody writes past it. */
function adoption(view: View, { bricks }: StorageView, observed: Observed): Step[] {
  const volume = ownVolume(observed);
  const looking = mountSeen(observed.answers['adopting']).state !== 'absent';
  const marked = observed.files[markFile.path] !== undefined;
  if (marked) return looking && observed.answers['adopting'] !== undefined ? [commands.endLook()] : [];
  if (bricks[0] !== view.self || volume === 'unknown' || volume === 'absent' || !volume.started) return [];
  if (!websSwitched(view)) return [];
  return [...commands.adopt(view.self, looking), ...ensureFiles(observed, [markFile]), commands.endLook()];
}
