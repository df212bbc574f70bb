import { describe, expect, it } from 'vitest';
import { Crew } from '../../bench/membership/crew.ts';
import type { Heard, Process, Program } from '../../bench/membership/program.ts';
import type { Machine, Room } from '../../bench/membership/room.ts';

const machines: readonly Machine[] = ['b1', 'b2', 'b3'].map((name, index) => ({
  name,
  address: `10.77.0.${11 + index}`,
  namespace: name,
}));

/** A program that sees everyone as soon as it starts, and everyone who is ended as gone. */
class Fake implements Program {
  readonly name = 'fake';
  readonly signals: string[] = [];
  readonly #up = new Set<string>();

  start(machine: Machine, { sights, marks }: Heard): ReturnType<Program['start']> {
    this.#up.add(machine.name);
    const tellAll = (sight: 'there' | 'gone', atMs: number): void => {
      for (const observer of this.#up) sights.see(observer, machine.name, { sight, atMs });
    };
    for (const subject of this.#up) sights.see(machine.name, subject, { sight: 'there', atMs: 1 });
    tellAll('there', 1);
    const process: Process = {
      pid: 1,
      signal: (signal) => void this.signals.push(`${signal} ${machine.name}`),
      end: async () => {
        this.#up.delete(machine.name);
        tellAll('gone', 5);
      },
    };
    const mark = (word: string): void => {
      marks.set(machine.name, new Map(machines.map(({ name }) => [name, word])));
    };
    return { process, all: [process], stall: async () => undefined, mark };
  }
}

function crewOf(program = new Fake()): Crew {
  return new Crew({ machines } as unknown as Room, program);
}

describe('a crew', () => {
  it('has started when all see all', async () => {
    const crew = crewOf();
    await crew.start();
    const names = crew.names(machines);
    expect(crew.sights.since(names, names, 'there')).toBe(1);
  });

  it('is settled again when who was killed is back', async () => {
    const crew = crewOf();
    await crew.start();
    const victims = machines.slice(0, 1);
    await crew.killOn(victims);
    expect(crew.sights.since(['b2', 'b3'], ['b1'], 'gone')).toBe(5);
    crew.startOn(victims);
    await crew.settled();
    expect(crew.sights.since(['b1', 'b2', 'b3'], ['b1', 'b2', 'b3'], 'there')).toBe(1);
  });

  it('has a mark when all have it from all', async () => {
    const crew = crewOf();
    await crew.start();
    for (const machine of machines) {
      expect(crew.haveMark('new')).toBe(false);
      crew.on(machine).mark?.('new');
    }
    expect(crew.haveMark('new')).toBe(true);
  });

  it('lets go of whoever is frozen before it ends', async () => {
    const program = new Fake();
    {
      await using crew = crewOf(program);
      await crew.start();
      crew.signalOn(machines.slice(0, 1), 'SIGSTOP');
    }
    expect(program.signals).toEqual(['SIGSTOP b1', 'SIGCONT b1', 'SIGCONT b2', 'SIGCONT b3']);
  });
});
