import { rm } from 'node:fs/promises';

import { placesOf, RUN } from '../core/paths.ts';
import { readState } from '../core/state.ts';
import { removeBridge } from '../host/bridge.ts';
import { machinesWithCgroups, removeCgroups } from '../host/cgroups.ts';
import { linkDown, removeLinks } from '../host/links.ts';
import { detachLoops, unmountAll } from '../host/mounts.ts';
import { endMachine } from '../machine/power.ts';
import { harvestPackages } from '../tree/layer.ts';

/**
 * Takes everything of a lab away, whether it ended well, crashed half-way or never was: processes, links, mounts,
 * loop devices, rules, cgroups, files. The base trees and downloaded packages stay, for the next.
 */
export const clear = async (): Promise<void> => {
  const state = await readState();
  const names = new Set([
    ...(await machinesWithCgroups()),
    ...(state?.machines ?? []).map(({ name }) => name),
  ]);
  await Promise.all(
    [...names].map(async (name) => {
      await linkDown(name);
      await endMachine(name);
    }),
  );
  await removeLinks();
  await removeBridge(state);
  await unmountAll();
  await detachLoops();
  await removeCgroups();
  for (const name of names) await harvestPackages(placesOf(name).upper);
  await rm(RUN, { recursive: true, force: true });
};
