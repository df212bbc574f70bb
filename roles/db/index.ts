import { joinRevisions } from '../model/applied.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { listen } from '../model/listen.ts';
import type { Role } from '../role.ts';
import { databasesInForce } from './databases.ts';
import { filesOf } from './files.ts';
import { details, health } from './health.ts';
import { packages, wants } from './observed.ts';
import { plan } from './plan.ts';
import { mariadb } from './service.ts';
import { DbSettings } from './settings.ts';

/** MariaDB: one primary, and replicas that follow it. */
export const db: Role<DbSettings> = {
  name: 'db',
  summary: 'keeps a copy of the databases',
  packages,
  settings: DbSettings,
  units: [mariadb.unit],
  ports: [listen.database],
  services: () => [mariadb],
  wants: ({ view, settings }) => wants(view, settings),
  plan,
  health,
  details,
  applied: ({ view, settings, observed }) =>
    observed.services[mariadb.unit]?.active === 'active'
      ? joinRevisions(fingerprint(filesOf(view, settings)), ...databasesInForce(view, observed))
      : '',
};
