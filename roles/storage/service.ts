import type { ServiceSpec } from '../model/service.ts';

/** GlusterFS's daemon: it starts the part of the volume that lies here, and keeps copies whole. */
export const glusterd: ServiceSpec = {
  unit: 'glusterd.service',
  label: 'GlusterFS',
  foreground: ['/usr/sbin/glusterd', '--no-daemon', '--pid-file', '/run/glusterd.pid'],
  pidFile: '/run/glusterd.pid',
  logFiles: ['/var/log/glusterfs/glusterd.log'],
  stopSignal: 'SIGTERM',
};
