import { restartDropIn } from '../model/drop-in.ts';
import { memoryOf } from '../model/memory.ts';
import type { ServiceSpec } from '../model/service.ts';
import type { FileSpec } from '../model/step.ts';
import { carriersOf, selfOf, type View } from '../model/view.ts';
import { memcached, nginx, nginxConfigPath, poolConfigPath } from './service.ts';
import type { CacheSettings } from './settings.ts';
import { freeMiB, keysMiB, pagesMiB, poolMiB, workerConnections } from './sizing.ts';
import { nginxConfig, poolConfig } from './templates.ts';

/** What is assumed of a node whose hardware is not known yet: little. */
const unknownHardware = {
  cores: 1,
  memoryMiB: 512,
  openFiles: 1_024,
  disk: { sizeMiB: 1_024 },
  init: 'none' as const,
};

/** memcached as this node runs it. */
export function poolOf(view: View, settings: CacheSettings): ServiceSpec {
  const { record, facts } = selfOf(view);
  return memcached(record.address, poolMiB(settings, (facts?.hardware ?? unknownHardware).memoryMiB));
}

/** The files of this role; their texts hang on settings, hardware and the balancers that were decided. */
export function filesOf(view: View, settings: CacheSettings): FileSpec[] {
  const { record, facts } = selfOf(view);
  const hardware = facts?.hardware ?? unknownHardware;
  const pool = poolOf(view, settings);
  const dropIns = hardware.init === 'systemd' ? [nginx, pool].map((one) => restartDropIn('cache', one)) : [];
  return [
    {
      path: nginxConfigPath,
      content: nginxConfig({
        address: record.address,
        workers: Math.max(1, Math.ceil(hardware.cores)),
        connections: workerConnections(hardware.openFiles),
        keysMiB: keysMiB(memoryOf(selfOf(view), 'cache')),
        pagesMiB: pagesMiB(settings, hardware.disk.sizeMiB),
        freeMiB: freeMiB(hardware.disk.sizeMiB),
        fileSeconds: settings.fileSeconds,
        staticHost: settings.staticHost !== null,
        balancers: carriersOf(view, 'balancer').map((node) => node.record.address),
      }),
      mode: 0o644,
      owner: 'root:root',
      unit: nginx.unit,
      check: ['/usr/sbin/nginx', '-t', '-q', '-c', '{}'],
    },
    {
      path: poolConfigPath,
      content: poolConfig(record.address, poolMiB(settings, hardware.memoryMiB)),
      mode: 0o644,
      owner: 'root:root',
      unit: pool.unit,
    },
    ...dropIns,
  ];
}
