import type { Hardware, Init } from '../../roles/model/hardware.ts';
import type { CgroupLimits } from './cgroup.ts';

/** What was read off the machine, in the words of systeminformation. */
export interface Reading {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly cpuModel: string;
  readonly architecture: string;
  readonly virtual: boolean;
  readonly release: { readonly id: string; readonly version: string; readonly name: string };
  /** The file system that holds muster's state. */
  readonly disk: { readonly sizeBytes: number; readonly availableBytes: number; readonly type: string };
  readonly networkMbit: number | null;
  readonly address: string;
  readonly interfaces: Hardware['interfaces'];
  readonly openFiles: number;
  readonly limits: CgroupLimits;
  readonly init: Init;
  readonly nfs: Hardware['nfs'];
}

const bytesPerMiB = 1024 * 1024;

/** The advert that other nodes and the placement read. Pure. */
export function advert(reading: Reading): Hardware {
  const { limits } = reading;
  const memoryMiB = Math.floor(reading.memoryBytes / bytesPerMiB);
  const limitedMemory = Math.min(memoryMiB, limits.memoryMiB ?? memoryMiB);
  const limitedCores = Math.min(reading.cores, limits.cores ?? reading.cores);
  return {
    cores: Math.round(limitedCores * 100) / 100,
    memoryMiB: limitedMemory,
    limited: limitedMemory < memoryMiB || limitedCores < reading.cores,
    cpuModel: reading.cpuModel,
    architecture: reading.architecture === 'arm64' ? 'aarch64' : 'x86_64',
    disk: {
      kind: diskKind(reading.disk.type),
      sizeMiB: Math.floor(reading.disk.sizeBytes / bytesPerMiB),
      freeMiB: Math.floor(reading.disk.availableBytes / bytesPerMiB),
    },
    networkMbit: reading.networkMbit !== null && reading.networkMbit > 0 ? reading.networkMbit : null,
    address: reading.address,
    interfaces: reading.interfaces,
    openFiles: reading.openFiles,
    virtual: reading.virtual,
    init: reading.init,
    nfs: reading.nfs,
    release: reading.release,
  };
}

function diskKind(type: string): Hardware['disk']['kind'] {
  const name = type.toLowerCase();
  if (name.includes('nvme')) return 'nvme';
  if (name.includes('ssd')) return 'ssd';
  return name.includes('hd') ? 'hdd' : 'unknown';
}
