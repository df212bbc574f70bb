import { setTimeout as pause } from 'node:timers/promises';
import { ofThisLab } from '../../lab/core/address.ts';
import { run } from '../../lab/core/run.ts';
import { recordOf } from '../../support/sketches.ts';

/** A machine of this bench: a network namespace with one link, and whatever processes are started in it. */
export interface Machine {
  readonly name: string;
  readonly address: string;
  readonly namespace: string;
}

/** The two switches: all machines are on the first, unless they are cut off from it. */
export type Switch = 'here' | 'there';

const start = ofThisLab('muster-bench');
const hub = `${start}-hub`;
const namespaces = new RegExp(`^${start}-(hub|b\\d+)$`);
const link = 'eth0';
/** As the lab's network has it. */
const prefixBits = 24;
/** A process that is killed is gone from its namespace after milliseconds. */
const killedPollMs = 20;

/** Machines on one switch, which lies in a namespace too: the host's own network is not touched. */
export class Room implements AsyncDisposable {
  readonly machines: readonly Machine[];

  private constructor(machines: readonly Machine[]) {
    this.machines = machines;
  }

  /** So many machines: b1, b2, … What an earlier bench left behind is cleared away. */
  static async open(count: number): Promise<Room> {
    await clear();
    await run('ip', 'netns', 'add', hub);
    for (const bridge of ['here', 'there'] satisfies Switch[]) {
      await run('ip', '-n', hub, 'link', 'add', bridge, 'type', 'bridge');
      await run('ip', '-n', hub, 'link', 'set', bridge, 'up');
    }
    const machines = Array.from({ length: count }, (_, index) => machineOf(index + 1));
    for (const machine of machines) await plugIn(machine);
    return new Room(machines);
  }

  /** Plugs its cable into one of the two switches, or into none: what it sends goes nowhere, and nobody is told. */
  async plug({ name }: Machine, into: Switch | 'none'): Promise<void> {
    const where = into === 'none' ? ['nomaster'] : ['master', into];
    await run('ip', '-n', hub, 'link', 'set', name, ...where);
  }

  /** Loses so many of a hundred packets that arrive at a machine. */
  async lose({ namespace }: Machine, percent: number): Promise<void> {
    const rule = `iifname ${link} numgen random mod 100 < ${percent} drop`;
    const chain = 'add chain ip bench in { type filter hook input priority 0; }';
    await inside(namespace, 'nft', `add table ip bench; ${chain}; add rule ip bench in ${rule}`);
  }

  async loseNothing({ namespace }: Machine): Promise<void> {
    await inside(namespace, 'nft', 'delete', 'table', 'ip', 'bench');
  }

  /** What it has sent since it was made, with all headers down to Ethernet's. */
  async sentBytes({ namespace }: Machine): Promise<number> {
    const text = await run('ip', '-n', namespace, '-s', '-j', 'link', 'show', link);
    const [{ stats64 }] = JSON.parse(text) as [{ stats64: { tx: { bytes: number } } }];
    return stats64.tx.bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await clear();
  }
}

function machineOf(ordinal: number): Machine {
  const { name, address } = recordOf(ordinal);
  return { name, address, namespace: `${start}-${name}` };
}

async function plugIn({ name, address, namespace }: Machine): Promise<void> {
  await run('ip', 'netns', 'add', namespace);
  const peer = ['type', 'veth', 'peer', 'name', link, 'netns', namespace];
  await run('ip', '-n', hub, 'link', 'add', name, ...peer);
  await run('ip', '-n', hub, 'link', 'set', name, 'master', 'here', 'up');
  await run('ip', '-n', namespace, 'address', 'add', `${address}/${prefixBits}`, 'dev', link);
  for (const device of ['lo', link]) await run('ip', '-n', namespace, 'link', 'set', device, 'up');
}

async function inside(namespace: string, ...argv: readonly string[]): Promise<void> {
  await run('ip', 'netns', 'exec', namespace, ...argv);
}

/** Ends what runs in namespaces of this bench, and them with it. */
async function clear(): Promise<void> {
  const listed = JSON.parse((await run('ip', '-j', 'netns', 'list')) || '[]') as { name: string }[];
  for (const { name } of listed.filter(({ name }) => namespaces.test(name))) {
    for (let pids = await pidsIn(name); pids.length > 0; pids = await pidsIn(name)) {
      for (const pid of pids) endProcess(pid);
      await pause(killedPollMs);
    }
    await run('ip', 'netns', 'delete', name);
  }
}

async function pidsIn(namespace: string): Promise<readonly number[]> {
  const text = await run('ip', 'netns', 'pids', namespace);
  return text.split('\n').filter(Boolean).map(Number);
}

/** It may have ended by itself meanwhile. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}
