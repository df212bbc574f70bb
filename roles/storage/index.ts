import { ensureOff } from '../model/ensure.ts';
import { listen } from '../model/listen.ts';
import type { Role } from '../role.ts';
import { details, health } from './health.ts';
import { nfsServer } from './nfs.ts';
import { packages, servicesOf, wants } from './observed.ts';
import { plan } from './plan.ts';
import { glusterd } from './service.ts';
import { StorageSettings } from './settings.ts';

/** The common file system. */
export const storage: Role<StorageSettings> = {
  name: 'storage',
  summary: 'keeps the files that all web servers share',
  packages,
  settings: StorageSettings,
  units: [glusterd.unit, nfsServer.unit],
  ports: [listen.files, listen.volumes, ...listen.bricks],
  services: ({ view }) => servicesOf(view),
  wants: ({ view }) => wants(view),
  plan,
  leave: ({ observed }) => ensureOff(observed, [nfsServer, glusterd], 'this node no longer carries storage'),
  health,
  details,
  applied: ({ view }) => (view.storage === undefined ? '' : String(view.storage.epoch)),
};
