import { networkInterfaces as systemInterfaces } from 'node:os';
import { cpu, diskLayout, fsSize, mem, networkInterfaces, osInfo, system } from 'systeminformation';
import type { Hardware, Init } from '../../roles/model/hardware.ts';
import type { Files } from '../../roles/model/ports.ts';
import { advert } from './advert.ts';
import { readCgroupLimits } from './cgroup.ts';
import { interfacesOf } from './interfaces.ts';
import { parseOpenFiles } from './open-files.ts';

export interface ProbeInput {
  readonly files: Files;
  readonly init: Init;
  /** The node's own address: its interface is the one whose speed counts. */
  readonly address: string;
  /** A path on the disk that counts. */
  readonly diskPath: string;
}

/** Reads the hardware of this machine. Takes about a second of wall time: once at start and then every few minutes. */
export async function probe(input: ProbeInput): Promise<Hardware> {
  const [processor, memory, os, machine, disks, fileSystems, interfaces, limits] = await Promise.all([
    cpu(),
    mem(),
    osInfo(),
    system(),
    diskLayout(),
    fsSize(),
    networkInterfaces(),
    readCgroupLimits(input.files),
  ]);
  const fileSystem = holding(fileSystems, input.diskPath);
  const list = Array.isArray(interfaces) ? interfaces : [interfaces];
  return advert({
    cores: processor.cores,
    memoryBytes: memory.total,
    cpuModel: processor.brand,
    architecture: process.arch,
    virtual: machine.virtual ?? false,
    release: await release(input.files, os.kernel),
    disk: {
      sizeBytes: fileSystem?.size ?? 0,
      availableBytes: fileSystem?.available ?? 0,
      type: disks[0] === undefined ? '' : `${disks[0].interfaceType} ${disks[0].type}`,
    },
    networkMbit: list.find((candidate) => candidate.ip4 === input.address)?.speed ?? null,
    interfaces: interfacesOf(systemInterfaces()),
    openFiles: parseOpenFiles(await input.files.read('/proc/self/limits')),
    limits,
    init: input.init,
  });
}

interface Mounted {
  readonly mount: string;
  readonly size: number;
  readonly available: number;
}

/** The mounted file system with the longest mount point that `path` lies below. */
function holding(all: readonly Mounted[], path: string): Mounted | undefined {
  const above = all.filter(({ mount }) => mount === '/' || path === mount || path.startsWith(`${mount}/`));
  return above.sort((a, b) => b.mount.length - a.mount.length)[0];
}

async function release(files: Files, kernel: string): Promise<Hardware['release']> {
  const text = (await files.read('/etc/os-release')) ?? '';
  const field = (name: string): string => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: field('ID'), version: field('VERSION_ID'), name: `${field('PRETTY_NAME')}, Linux ${kernel}` };
}
