import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
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
import {
  contentSeen,
  isKeeper,
  onGluster,
  ownVolume,
  ownWebSwitched,
  packages,
  partRuns,
} from './observed.ts';
import { keepPool } from './pool.ts';
import { glusterd } from './service.ts';
import type { StorageSettings } from './settings.ts';

/** The folder or glusterd first; then, on the one node that keeps the volume, what concerns all of it. */
export function plan({ view, observed }: RoleInput<StorageSettings>): readonly Step[] {
  const decision = view.storage;
  if (decision === undefined || decision.driver === 'external') return [];
  if (!onGluster(view)) return folder(observed);
  const files = configOf(view);
  return [
    ...ensurePackages(observed, packages, 'GlusterFS'),
    ...ensureFiles(observed, files),
    ...ensureService(observed, glusterd, files, 'restart'),
    ...ownPart(view, decision, observed),
    ...(isKeeper(view) ? [...keepPool(view, observed), ...keepVolume(view, decision, observed)] : []),
    ...restart(view, observed),
    ...adoption(view, decision, observed),
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

/** On the node whose files the volume was made over, once its own web server has them from the volume. */
function adoption(view: View, { bricks }: StorageView, observed: Observed): Step[] {
  const volume = ownVolume(observed);
  const looking = mountSeen(observed.answers['adopting']).state !== 'absent';
  const marked = observed.files[markFile.path] !== undefined;
  if (marked) return looking && observed.answers['adopting'] !== undefined ? [commands.endLook()] : [];
  if (bricks[0] !== view.self || volume === 'unknown' || volume === 'absent' || !volume.started) return [];
  if (!ownWebSwitched(view)) return [];
  return [...commands.adopt(view.self, looking), ...ensureFiles(observed, [markFile]), commands.endLook()];
}
