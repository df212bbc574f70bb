import { indexOf } from './address.ts';
import { LabProblem } from './problem.ts';

/** What one machine is given. */
export interface Shape {
  readonly memBytes: number;
  readonly cpus: number;
  readonly diskBytes: number;
  readonly init: Init;
}

/**
 * How a machine comes up. `systemd` boots Debian on the host's kernel; `none` is a container: the same files with no
 * service manager running; `kernel` boots Debian with Debian's own kernel, emulated, and ten times slower.
 */
export const INITS = ['systemd', 'none', 'kernel'] as const;
type Init = (typeof INITS)[number];

const isInit = (text: string): text is Init => (INITS as readonly string[]).includes(text);

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
/** XFS refuses anything smaller; a smaller figure is a slip of the pen. */
const SMALLEST_DISK_BYTES = 300 * 2 ** 20;
/** Debian itself needs about this much to boot. */
const SMALLEST_MEM_BYTES = 64 * 2 ** 20;
const HELP = 'npm run lab -- up --help';

/** `2G`, `512M`, `1.5G` → bytes. */
export const parseSize = (text: string): number => {
  const found = /^(\d+(?:\.\d+)?)([KMGT]?)$/i.exec(text.trim());
  const unit = UNITS[(found?.[2] ?? '').toUpperCase()];
  if (!found || unit === undefined) {
    throw new LabProblem(`"${text}" is no size: write a number with K, M, G or T, such as 512M or 2G.`, HELP);
  }
  return Math.round(Number(found[1]) * unit);
};

/** `1`, `0.5` → cores. */
export const parseCpus = (text: string): number => {
  const cpus = Number(text);
  if (!(cpus >= 0.05 && cpus <= 1024)) {
    throw new LabProblem(`"${text}" is no number of cores: write one such as 0.5, 1 or 2.`, HELP);
  }
  return cpus;
};

const bounded = (what: string, bytes: number, least: number): number => {
  if (bytes < least) {
    throw new LabProblem(`${what} of ${bytes} bytes is too little: at least ${least / 2 ** 20}M.`, HELP);
  }
  return bytes;
};

export const parseMem = (text: string): number => bounded('Memory', parseSize(text), SMALLEST_MEM_BYTES);
export const parseDisk = (text: string): number => bounded('A disk', parseSize(text), SMALLEST_DISK_BYTES);

const partOf = (text: string): Partial<Shape> => {
  const [key, value = ''] = text.split(':', 2);
  if (key === 'mem') return { memBytes: parseMem(value) };
  if (key === 'cpus') return { cpus: parseCpus(value) };
  if (key === 'disk') return { diskBytes: parseDisk(value) };
  if (key === 'init' && isInit(value)) return { init: value };
  throw new LabProblem(
    `"${text}" is no shape: write mem:4G, cpus:2, disk:20G or init:none (or init:kernel, init:systemd), with commas between.`,
    HELP,
  );
};

/** `mem:4G,cpus:2` → what it changes. */
const parseShape = (text: string): Partial<Shape> =>
  Object.assign({}, ...text.split(',').map((part) => partOf(part.trim()))) as Partial<Shape>;

/** `b3=mem:4G,cpus:2` → which machine, and what changes for it. */
export const parseNamedShape = (text: string, machines: number): readonly [string, Partial<Shape>] => {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(at, 0));
  if (at < 0 || indexOf(name) > machines) {
    throw new LabProblem(`"${text}" shapes no machine of this lab (b1 to b${machines}).`, HELP);
  }
  return [name, parseShape(text.slice(at + 1))];
};
