import { install, well } from '../lab/harness/cluster.ts';
import { eventually, type LabMachine, openLab } from '../lab/harness/index.ts';
import { clusterOf } from '../lab/harness/join.ts';
import { muster } from '../lab/harness/operator.ts';
import { say, tableHead } from './figures.ts';
import { type FilePlace, fileLoad, prepareFiles, sayFiles } from './file-load.ts';
import { inTurn } from './turns.ts';

const settleMs = 180_000;
const shared = '/var/lib/muster/shared';
const ourFiles = '/srv/muster/files';

/** A folder of the same disk, and a volume with GlusterFS's own options, made by hand beside ours. */
const bareFolder = '/srv/bare';
const bareVolume = { name: 'bare', mount: '/mnt/bare', brick: '/srv/bare-brick' } as const;

/** On one machine: the folder that a lone node has, and a volume of one part, beside the bare disk and one by hand. */
export async function benchFiles(runs = 10): Promise<void> {
  await using lab = await openLab({ machines: 1 });
  const b1 = lab.machine('b1');
  await install(b1);
  await well(b1, settleMs);
  await prepareFiles(b1);
  const ours = (name: string): FilePlace => placeOn([b1], name, shared, ourFiles);
  say(tableHead);
  await compare([ours('the folder of a lone node'), await bareDisk(b1)], runs);
  await muster(b1, 'settings', 'set', '--yes', 'storage.driver=gluster');
  await mounted(b1);
  const byHand = await volumeByHand([b1]);
  await compare([ours('a volume of one part'), byHand, await bareDisk(b1)], runs);
}

/** Three copies of each file, read on another machine than they were written on. */
export async function benchFilesOfThree(runs = 10): Promise<void> {
  await using lab = await openLab({ machines: 3 });
  const three = await clusterOf(lab, 3);
  const [b1] = three;
  if (b1 === undefined) return;
  for (const machine of three) {
    await mounted(machine);
    await prepareFiles(machine);
  }
  await eventually('every file has three copies', async () => (await bricksOf(b1)).length === three.length, {
    deadlineMs: settleMs,
  });
  const ours = placeOn(three, 'a volume of three copies', shared, ourFiles);
  say(tableHead);
  await compare([ours, await volumeByHand(three), await bareDisk(b1)], runs);
}

async function compare(places: readonly FilePlace[], runs: number): Promise<void> {
  const rivals = places.map((place) => ({ name: place.name, measure: () => fileLoad(place) }));
  sayFiles(await inTurn(rivals, runs));
}

/** Written on the first machine, read on the last. */
function placeOn(machines: readonly LabMachine[], name: string, path: string, onDisk: string): FilePlace {
  const [writer, reader] = [machines[0], machines.at(-1)];
  if (writer === undefined || reader === undefined) throw new Error('files are kept on a machine at least');
  return { name, path, writer, reader, disks: machines.map((machine) => ({ machine, path: onDisk })) };
}

async function bareDisk(machine: LabMachine): Promise<FilePlace> {
  await machine.exec(['mkdir', '-p', bareFolder]);
  return placeOn([machine], 'the bare disk', bareFolder, bareFolder);
}

/** The parts of our volume, as GlusterFS names them: `n….muster:/srv/muster/files`. */
async function bricksOf(machine: LabMachine): Promise<readonly string[]> {
  const { stdout } = await machine.exec(['gluster', 'volume', 'info', 'muster'], { reject: false });
  return [...stdout.matchAll(/^Brick\d+: (\S+)/gm)].map(([, brick = '']) => brick);
}

async function mounted(machine: LabMachine): Promise<void> {
  await eventually(
    `the volume is mounted on ${machine.name}`,
    async () => {
      const { stdout } = await machine.exec(['findmnt', '--noheadings', '--output', 'FSTYPE', shared]);
      return stdout.trim().endsWith('fuse.glusterfs');
    },
    { deadlineMs: settleMs },
  );
}

/** Made as GlusterFS's manual says, with the options it has by itself, on the same machines and disks. */
async function volumeByHand(machines: readonly LabMachine[]): Promise<FilePlace> {
  const { name, mount, brick } = bareVolume;
  const [first] = machines;
  if (first === undefined) throw new Error('a volume has a machine at least');
  const hosts = (await bricksOf(first)).map((one) => one.split(':')[0] ?? '');
  const copies = hosts.length > 1 ? ['replica', String(hosts.length)] : [];
  const bricks = hosts.map((host) => `${host}:${brick}`);
  await first.exec(['gluster', '--mode=script', 'volume', 'create', name, ...copies, ...bricks]);
  await first.exec(['gluster', '--mode=script', 'volume', 'start', name]);
  for (const machine of machines) {
    await machine.exec(['mkdir', '-p', mount]);
    await machine.exec(['mount', '-t', 'glusterfs', `${hosts[0] ?? ''}:/${name}`, mount]);
  }
  return placeOn(machines, 'a volume made by hand', mount, brick);
}
