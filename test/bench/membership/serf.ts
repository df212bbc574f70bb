import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { Child, monotonicMs } from './child.ts';
import type { Program } from './program.ts';
import type { Machine } from './room.ts';
import type { Sight } from './sights.ts';

/** Fetches Debian's package and unpacks it: installed, it would bring a service with it. */
export async function fetchSerf(folder: string): Promise<string> {
  await execa('apt-get', ['download', 'serf'], { cwd: folder });
  const deb = (await readdir(folder)).find((name) => name.endsWith('.deb')) ?? '';
  await execa('dpkg-deb', ['--extract', join(folder, deb), join(folder, 'serf')]);
  return join(folder, 'serf/usr/bin/serf');
}

/** serf on these machines, with the timers that it has for one network. */
export function serfOn(binary: string, machines: readonly Machine[]): Program {
  return {
    name: 'serf',
    start: (machine, { sights }) => {
      const child = Child.start(machine, [binary, ...argumentsOf(machine, machines)], (line) => {
        const event = memberEvent(line);
        if (event !== undefined)
          sights.see(machine.name, event.name, { sight: event.sight, atMs: monotonicMs() });
      });
      return {
        process: child,
        all: [child],
        stall: async (ms) => {
          child.signal('SIGSTOP');
          await pause(ms);
          child.signal('SIGCONT');
        },
      };
    },
  };
}

function argumentsOf({ name, address }: Machine, machines: readonly Machine[]): readonly string[] {
  const others = machines.filter((other) => other.name !== name);
  return [
    'agent',
    `-node=${name}`,
    `-bind=${address}`,
    '-profile=lan',
    '-log-level=info',
    // Whoever comes first finds nobody yet.
    '-retry-interval=1s',
    ...others.map((other) => `-retry-join=${other.address}`),
  ];
}

const sightOf: Readonly<Record<string, Sight>> = { Join: 'there', Failed: 'gone', Leave: 'doubted' };

/** What a line of serf's log says of a member; undefined for all other lines. */
export function memberEvent(line: string): { readonly name: string; readonly sight: Sight } | undefined {
  const [, event = '', name] = /\bserf: EventMember(Join|Failed|Leave): (\S+)/.exec(line) ?? [];
  const sight = sightOf[event];
  return name === undefined || sight === undefined ? undefined : { name, sight };
}
