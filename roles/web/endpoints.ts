import type { Question } from '../model/observed.ts';
import type { ServiceSpec } from '../model/service.ts';

/**
 * The way from this machine to the databases: 127.0.0.1:3306 for writes, :3307 for reads. An HAProxy of its own, so
 * that neither a balancer on the same machine nor its reloads touch it.
 */

const runtimeDirectory = '/run/muster-endpoints';

export const endpointsSocket = `${runtimeDirectory}/admin.sock`;
export const endpointsConfig = '/etc/muster/endpoints.cfg';
export const endpointsUnitFile = '/etc/systemd/system/muster-endpoints.service';

const files = ['-f', endpointsConfig, '-p', `${runtimeDirectory}/haproxy.pid`] as const;

/** What systemd starts: it tells systemd when it is ready, and when a reload is over. */
export const endpointsCommand = ['/usr/sbin/haproxy', '-Ws', ...files] as const;

export const endpoints: ServiceSpec = {
  unit: 'muster-endpoints.service',
  label: 'HAProxy in front of the databases',
  // In the foreground whatever the file says: a process that leaves cannot be watched.
  foreground: ['/usr/sbin/haproxy', '-W', '-db', ...files],
  runtimeDirectories: [{ path: runtimeDirectory, owner: 'root:root', mode: 0o755 }],
  reloadSignal: 'SIGUSR2',
  stopSignal: 'SIGTERM',
};

export const endpointsQuestion: Question = {
  kind: 'runtime',
  socket: endpointsSocket,
  command: 'show servers state',
};

/** Where its files and the one of its unit are; the latter only with systemd. */
export function endpointsPaths(systemd: boolean): readonly string[] {
  return systemd ? [endpointsConfig, endpointsUnitFile] : [endpointsConfig];
}
