import { join } from 'node:path';
import type { LabMachine } from '../lab/harness/index.ts';
import { type Quantity, sayTurns, type Turns } from './turns.ts';

const program = '/root/files.ts';
const runtime = '/opt/muster/current/node';

const largeMiB = 256;
const smallFiles = 500;

/** A folder that is measured: where it is written, and where what was written is read back. */
export interface FilePlace {
  readonly name: string;
  readonly path: string;
  readonly writer: LabMachine;
  readonly reader: LabMachine;
  /** Where the same files lie on disks, per machine: what is remembered of them is dropped before they are read. */
  readonly disks: ReadonlyArray<{ readonly machine: LabMachine; readonly path: string }>;
}

/** What one run has seen, in milliseconds each. */
export interface FileLoad {
  readonly write: number;
  readonly read: number;
  readonly create: number;
  readonly readSmall: number;
  readonly list: number;
}

/** Brings the program that measures to a machine. */
export async function prepareFiles(machine: LabMachine): Promise<void> {
  await machine.put(join(import.meta.dirname, 'inside/files.ts'), program);
}

let runs = 0;

/** One run in a folder of its own, which is removed again. */
export async function fileLoad(place: FilePlace): Promise<FileLoad> {
  const { path, writer, reader, disks } = place;
  runs += 1;
  const name = `run-${runs}`;
  const folder = join(path, name);
  await writer.exec(['mkdir', folder]);
  const write = await timed(writer, 'write', `${folder}/large`);
  for (const disk of disks) await forget(disk.machine, join(disk.path, name, 'large'));
  for (const machine of new Set([writer, reader])) await forget(machine, `${folder}/large`);
  const read = await timed(reader, 'read', `${folder}/large`);
  await writer.exec(['rm', `${folder}/large`]);
  const create = await timed(writer, 'create', folder);
  const list = await timed(reader, 'list', folder);
  const readSmall = await timed(reader, 'read-small', folder);
  await writer.exec(['rm', '-r', folder]);
  return { write, read, create, readSmall, list };
}

async function timed(machine: LabMachine, verb: string, path: string): Promise<number> {
  return Number((await machine.exec([runtime, program, verb, path])).stdout);
}

/** What the machine remembers of a file goes; dd's own manual says it so. */
async function forget(machine: LabMachine, file: string): Promise<void> {
  await machine.exec([
    'dd',
    `of=${file}`,
    'oflag=nocache',
    'conv=notrunc,fdatasync',
    'count=0',
    'status=none',
  ]);
}

const perSecond = (count: number, tookMs: number): number => (count * 1_000) / tookMs;

const quantities: readonly Quantity<FileLoad>[] = [
  {
    what: '256 MiB written',
    unit: 'MiB/s',
    better: 'more',
    digits: 0,
    of: ({ write }) => perSecond(largeMiB, write),
  },
  {
    what: '256 MiB read',
    unit: 'MiB/s',
    better: 'more',
    digits: 0,
    of: ({ read }) => perSecond(largeMiB, read),
  },
  {
    what: '500 files of 4 KiB written, each with fsync',
    unit: 'files/s',
    better: 'more',
    digits: 0,
    of: ({ create }) => perSecond(smallFiles, create),
  },
  {
    what: 'the same read',
    unit: 'files/s',
    better: 'more',
    digits: 0,
    of: ({ readSmall }) => perSecond(smallFiles, readSmall),
  },
  { what: '`ls -l` of them', unit: 'ms', better: 'less', digits: 0, of: ({ list }) => list },
];

/** All rows of some places. */
export function sayFiles(turns: readonly Turns<FileLoad>[]): void {
  for (const quantity of quantities) sayTurns(turns, quantity);
}
