import { paths } from '../model/paths.ts';
import type { ServiceSpec } from '../model/service.ts';

/** Debian's own place; an own disk for the database is mounted there. */
export const dataDirectory = '/var/lib/mysql';

/** Whose data it is: the id of the cluster, and for a clone the position it was taken at. */
export const originPath = `${dataDirectory}/muster-origin`;

export const sqlSocket = '/run/mysqld/mysqld.sock';

/** Copies of the node's certificate that the user mysql may read. */
export const databasePki = `${paths.state}/db-pki`;

export const configPath = '/etc/mysql/mariadb.conf.d/90-muster.cnf';
/** What the server is to be at its next start; it is read after the file above. */
export const startRolePath = '/etc/mysql/mariadb.conf.d/91-muster-start.cnf';

/** The database server. Only the agent starts it: what it is to be is not known before the decisions are. */
export const mariadb: ServiceSpec = {
  unit: 'mariadb.service',
  label: 'MariaDB',
  foreground: ['/usr/sbin/mariadbd'],
  user: 'mysql',
  runtimeDirectories: [{ path: '/run/mysqld', owner: 'mysql:mysql', mode: 0o755 }],
  pidFile: '/run/mysqld/mysqld.pid',
  startedBy: 'agent',
  // Waits for what is being committed, and leaves a clean data directory behind.
  stopSignal: 'SIGTERM',
};
