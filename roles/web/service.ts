import type { ServiceSpec } from '../model/service.ts';

/** The PHP of Debian 12; one Debian release per cluster, so there is one. */
export const phpVersion = '8.2';

export const fpmSocket = `/run/php/php${phpVersion}-fpm.sock`;
export const apachePidFile = '/run/apache2/apache2.pid';
export const errorLog = '/var/log/apache2/error.log';
export const accessLog = '/var/log/apache2/access.log';
export const apacheConfig = '/etc/apache2/apache2.conf';
const fpmConfig = `/etc/php/${phpVersion}/fpm/php-fpm.conf`;

export const apache: ServiceSpec = {
  unit: 'apache2.service',
  label: 'Apache',
  foreground: ['/usr/sbin/apache2', '-f', apacheConfig, '-DFOREGROUND'],
  runtimeDirectories: [{ path: '/run/apache2', owner: 'root:root', mode: 0o755 }],
  pidFile: apachePidFile,
  logFiles: [errorLog, accessLog],
  // Graceful: requests in flight are finished by the old children.
  reloadSignal: 'SIGUSR1',
  // graceful-stop, as Debian's unit does it.
  stopSignal: 'SIGWINCH',
};

export const fpm: ServiceSpec = {
  unit: `php${phpVersion}-fpm.service`,
  label: 'PHP-FPM',
  foreground: [`/usr/sbin/php-fpm${phpVersion}`, '--nodaemonize', '--fpm-config', fpmConfig],
  runtimeDirectories: [{ path: '/run/php', owner: 'www-data:www-data', mode: 0o755 }],
  // Both as Debian's php-fpm.conf names them.
  pidFile: `/run/php/php${phpVersion}-fpm.pid`,
  logFiles: [`/var/log/php${phpVersion}-fpm.log`],
  reloadSignal: 'SIGUSR2',
  stopSignal: 'SIGQUIT',
};
