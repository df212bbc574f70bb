import type { Details, Health } from '../model/facts.ts';
import { servicesHealth } from '../model/service-health.ts';
import { filesPath, type StorageView } from '../model/storage.ts';
import type { RoleInput } from '../role.ts';
import { markFile } from './files.ts';
import { nfsServes, servesNfs } from './nfs.ts';
import {
  backlogSeen,
  contentSeen,
  diskSeen,
  onGluster,
  ownVolume,
  partRuns,
  servicesOf,
} from './observed.ts';
import { glusterd } from './service.ts';
import type { StorageSettings } from './settings.ts';
import { rowOf } from './volume.ts';

/** Ready when the files that this node keeps can be had, and every copy is whole as far as it knows. */
export function health(input: RoleInput<StorageSettings>): Health {
  const { view, observed } = input;
  const decision = view.storage;
  if (decision === undefined) return starting('where the files are kept is not decided yet');
  if (decision.driver === 'external') return ready('the files are kept elsewhere');
  if (contentSeen(observed) === 'absent') return starting(`${filesPath} is being made`);
  const trouble = servicesHealth(observed, servicesOf(view));
  if (trouble !== undefined) return trouble;
  if (onGluster(view)) return volumeHealth(input, decision);
  if (servesNfs(view)) return ready(`it serves ${filesPath} by NFS`);
  return ready(decision.driver === 'nfs' ? 'another node serves the files' : `the files lie in ${filesPath}`);
}

function volumeHealth({ view, observed }: RoleInput<StorageSettings>, { bricks }: StorageView): Health {
  const volume = ownVolume(observed);
  const holds = volume !== 'absent' && volume !== 'unknown' && volume.bricks.includes(view.self);
  if (volume === 'unknown') return { state: 'failing', reason: 'GlusterFS does not say how the volume is' };
  if (!holds) {
    return bricks.includes(view.self)
      ? starting('its part of the volume is being made')
      : ready('free to take a copy of the files when one is needed');
  }
  if (!volume.started) return starting('the volume is being started');
  if (!partRuns(observed)) return { state: 'failing', reason: 'its part of the volume is not served' };
  const missed = backlogSeen(observed) ?? 0;
  if (missed > 0) {
    return starting(
      `other copies miss ${missed === 1 ? 'one change' : 'changes'} of its files; they are brought up to date`,
    );
  }
  return ready(
    `it holds ${volume.bricks.length === 1 ? 'the only copy of the files' : 'a whole copy of its files'}`,
  );
}

function starting(reason: string): Health {
  return { state: 'starting', reason };
}

function ready(reason: string): Health {
  return { state: 'ready', reason };
}

/** What the brain and the other nodes have to know of the storage here. */
export function details({ view, observed }: RoleInput<StorageSettings>): Details {
  const disk = diskSeen(observed);
  const common = disk === undefined ? {} : { disk };
  if (nfsServes(view, observed)) return { ...common, nfs: 'serves' };
  if (!onGluster(view)) return common;
  const volume = ownVolume(observed);
  const runs = servicesHealth(observed, [glusterd]) === undefined;
  if (!runs || volume === 'unknown') return common;
  const bricks = volume === 'absent' ? [] : volume.bricks;
  return {
    ...common,
    glusterd: 'runs',
    // Which decision it goes by: who is to get a part must not tidy its place up any more.
    epoch: String(view.storage?.epoch ?? 0),
    // Once no file of another life is in its way.
    part: bricks.includes(view.self) ? 'held' : contentSeen(observed) === 'some' ? 'occupied' : 'free',
    ...(bricks.length === 0
      ? {}
      : { row: rowOf(bricks), backlog: (backlogSeen(observed) ?? 0) > 0 ? 'some' : 'none' }),
    ...(volume !== 'absent' && volume.started ? { volume: 'started' } : {}),
    ...(observed.files[markFile.path] === undefined ? {} : { adopted: 'yes' }),
  };
}
