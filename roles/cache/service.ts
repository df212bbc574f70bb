import { listen } from '../model/listen.ts';
import type { ServiceSpec } from '../model/service.ts';

export const nginxConfigPath = '/etc/nginx/nginx.conf';
export const poolConfigPath = '/etc/memcached.conf';
export const nginxPidFile = '/run/nginx.pid';
export const errorLog = '/var/log/nginx/error.log';

/** Where stored pages lie; the package makes the folder above it, and takes it away when it is purged. */
export const pagesDirectory = '/var/lib/nginx/muster-pages';

export const nginx: ServiceSpec = {
  unit: 'nginx.service',
  label: 'nginx',
  foreground: ['/usr/sbin/nginx', '-c', nginxConfigPath, '-g', 'daemon off;'],
  pidFile: nginxPidFile,
  logFiles: [errorLog],
  // Requests in flight are finished by the old workers.
  reloadSignal: 'SIGHUP',
  stopSignal: 'SIGQUIT',
};

export const poolUnit = 'memcached.service';

/** memcached on the node's own address; `mib` is all it may take. It cannot be reloaded: what it holds would be lost. */
export function memcached(address: string, mib: number): ServiceSpec {
  return {
    unit: poolUnit,
    label: 'memcached',
    foreground: ['/usr/bin/memcached', ...poolArguments(address, mib)],
    stopSignal: 'SIGTERM',
  };
}

/** Every PHP worker of twenty web servers may hold a connection. */
const mostConnections = 8_192;

/** Sessions and results of queries are small and many; its default of four threads is more than it ever needs here. */
const threads = 2;

/** Program arguments; the same, one a line, are Debian's configuration file. */
export function poolArguments(address: string, mib: number): readonly string[] {
  return [
    '-u',
    'memcache',
    '-l',
    address,
    '-p',
    String(listen.pool),
    // No UDP: it is good for nothing but to multiply what strangers send.
    '-U',
    '0',
    '-m',
    String(mib),
    '-c',
    String(mostConnections),
    '-t',
    String(threads),
  ];
}
