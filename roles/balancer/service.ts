import type { ServiceSpec } from '../model/service.ts';

export const runtimeSocket = '/run/haproxy/admin.sock';

/** HAProxy in master-worker mode, as Debian's unit runs it: a reload hands the listeners on, no connection is lost. */
export const haproxy: ServiceSpec = {
  unit: 'haproxy.service',
  label: 'HAProxy',
  foreground: [
    '/usr/sbin/haproxy',
    '-W',
    // In the foreground whatever the file says: a process that leaves cannot be watched.
    '-db',
    '-f',
    '/etc/haproxy/haproxy.cfg',
    '-p',
    '/run/haproxy.pid',
    '-S',
    '/run/haproxy-master.sock',
  ],
  runtimeDirectories: [{ path: '/run/haproxy', owner: 'haproxy:haproxy', mode: 0o755 }],
  reloadSignal: 'SIGUSR2',
  // Soft: the listeners go, requests in flight end.
  stopSignal: 'SIGUSR1',
};

export const keepalivedPath = '/etc/keepalived/keepalived.conf';

/** keepalived, which sets the shared address on the one machine that is to have it. */
export const keepalived: ServiceSpec = {
  unit: 'keepalived.service',
  label: 'keepalived',
  // A machine that was removed while it was off is written to by nobody: it would hear no holder, and be a second one.
  startedBy: 'agent',
  foreground: ['/usr/sbin/keepalived', '--dont-fork', '--log-console', '--use-file', keepalivedPath],
  reloadSignal: 'SIGHUP',
  stopSignal: 'SIGTERM',
};
