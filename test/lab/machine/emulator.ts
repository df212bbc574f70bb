import { indexOf, linkOf, macOf } from '../core/address.ts';
import { placesOf } from '../core/paths.ts';
import type { Machine } from '../core/state.ts';
import { makeCgroups } from '../host/cgroups.ts';
import { makeTap, removeLink } from '../host/links.ts';
import { launch } from './launch.ts';
import { openWay } from './way.ts';

/** What the emulator needs beside the machine's own memory: translated code, and the disks' buffers. */
const OVERHEAD_BYTES = 2 ** 30;
/** Its disks, its network and the way into it are served beside the machine's own cores. */
const OVERHEAD_CPUS = 0.5;
/** Of the overhead, what translated code may take; Debian's own figure would be 1 GiB. */
const TRANSLATED_MIB = 512;
/** One without page tables of five levels and wide vectors, whose emulation takes time: it boots a quarter faster. */
const PROCESSOR = 'Nehalem';

const driveOf = (file: string): string =>
  // Flushes are not handed on: a power loss ends the emulator, and the host keeps what it was given.
  `file=${file},format=raw,if=virtio,cache=unsafe`;

/** The command that runs a machine with a kernel of its own. Without KVM: where hosts are virtual, it may hang. */
export const emulatorCommand = (machine: Machine): string[] => {
  const { system, image, kernel, initrd } = placesOf(machine.name);
  const options: ReadonlyArray<readonly [string, string]> = [
    ['-name', machine.name],
    ['-accel', `tcg,thread=multi,tb-size=${TRANSLATED_MIB}`],
    ['-machine', 'q35'],
    ['-cpu', PROCESSOR],
    ['-smp', String(Math.ceil(machine.cpus))],
    ['-m', `${Math.floor(machine.memBytes / 2 ** 20)}M`],
    ['-display', 'none'],
    ['-monitor', 'none'],
    ['-serial', 'stdio'],
    ['-kernel', kernel],
    ['-initrd', initrd],
    ['-append', 'root=/dev/vda rw console=ttyS0 mitigations=off'],
    ['-drive', driveOf(system)],
    ['-drive', driveOf(image)],
    ['-netdev', `tap,id=link,ifname=${linkOf(machine.name)},script=no,downscript=no`],
    ['-device', `virtio-net-pci,netdev=link,mac=${macOf(indexOf(machine.name))}`],
    ['-device', 'virtio-rng-pci'],
  ];
  return ['qemu-system-x86_64', '-nodefaults', '-no-user-config', ...options.flat()];
};

/** Starts a machine with a kernel of its own, and returns when commands can be run in it. */
export const bootEmulated = async (machine: Machine): Promise<void> => {
  const { name, memBytes, cpus } = machine;
  await makeCgroups(name, { memBytes: memBytes + OVERHEAD_BYTES, cpus: cpus + OVERHEAD_CPUS });
  // A machine that was switched off from inside leaves its cable behind.
  await removeLink(name);
  await makeTap(name);
  await launch(name, emulatorCommand(machine), () => openWay(machine));
};
