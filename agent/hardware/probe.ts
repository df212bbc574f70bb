import { cpus, release as kernelRelease, networkInterfaces, totalmem } from 'node:os';
import type { Hardware, Init } from '../../roles/model/hardware.ts';
import type { Files } from '../../roles/model/ports.ts';
import { advert } from './advert.ts';
import { inTime, type Patience } from './asked.ts';
import { readCgroupLimits } from './cgroup.ts';
import { interfacesOf } from './interfaces.ts';
import { readNfs } from './nfs.ts';
import { parseOpenFiles } from './open-files.ts';
import { type Sources, systemSources } from './sources.ts';

export interface ProbeInput extends Patience {
  readonly files: Files;
  readonly init: Init;
  /** The node's own address: its interface is the one whose speed counts. */
  readonly address: string;
  /** A path on the disk that counts. */
  readonly diskPath: string;
}

const ofThisMachine = systemSources();

/**
 * Reads the hardware of this machine; what does not answer in time is left unknown. The first time takes about 50 ms
 * and a handful of programs, every other 2 ms and none: for the start and then every few minutes.
 */
export async function probe(input: ProbeInput, sources: Sources = ofThisMachine): Promise<Hardware> {
  const { files, address, diskPath, init } = input;
  const interfaces = interfacesOf(networkInterfaces());
  const [processor, memory, machine, disks, sizeBytes, availableBytes, networkMbit, nfs, release, limits] =
    await Promise.all([
      sources.processor.read(input),
      inTime(sources.memory(), input),
      sources.machine.read(input),
      sources.disks.read(input),
      inTime(files.sizeBytes(diskPath), input),
      inTime(files.freeBytes(diskPath), input),
      speedOf(files, interfaces.find((own) => own.address === address)?.name),
      readNfs(files),
      readRelease(files),
      readCgroupLimits(files),
    ]);
  const [first] = disks ?? [];
  return advert({
    cores: cpus().length,
    memoryBytes: memory?.total ?? totalmem(),
    cpuModel: processor?.brand ?? 'unknown',
    architecture: process.arch,
    virtual: machine?.virtual ?? false,
    release,
    disk: {
      sizeBytes: sizeBytes ?? 0,
      availableBytes: availableBytes ?? 0,
      type: first === undefined ? '' : `${first.interfaceType} ${first.type}`,
    },
    networkMbit,
    address,
    interfaces,
    openFiles: parseOpenFiles(await files.read('/proc/self/limits')),
    limits,
    init,
    nfs,
  });
}

/** Mbit/s as the driver tells. The kernel refuses the read for a link that is down or has no speed: null. */
async function speedOf(files: Files, name: string | undefined): Promise<number | null> {
  if (name === undefined) return null;
  const text = await files.read(`/sys/class/net/${name}/speed`).catch(() => undefined);
  const speed = Number(text?.trim());
  return Number.isFinite(speed) ? speed : null;
}

async function readRelease(files: Files): Promise<Hardware['release']> {
  const text = (await files.read('/etc/os-release')) ?? '';
  const field = (name: string): string => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return {
    id: field('ID'),
    version: field('VERSION_ID'),
    name: `${field('PRETTY_NAME')}, Linux ${kernelRelease()}`,
  };
}
