import type { Process, Program, Running } from './program.ts';
import type { Machine, Room } from './room.ts';
import { Sights } from './sights.ts';

/** serf tries a node that it holds for dead every 30 s; ten times that. */
const settledMs = 300_000;

/** One program on all machines of a room, each with what shares its fate. */
export class Crew implements AsyncDisposable {
  readonly room: Room;
  readonly machines: readonly Machine[];
  readonly program: Program;
  readonly sights = new Sights();
  readonly #marks = new Map<string, ReadonlyMap<string, string>>();
  readonly #running = new Map<string, Running>();

  constructor(room: Room, program: Program) {
    this.room = room;
    this.machines = room.machines;
    this.program = program;
  }

  /** Started, and all see all. */
  async start(): Promise<void> {
    this.startOn(this.machines);
    await this.settled();
  }

  startOn(machines: readonly Machine[]): void {
    for (const machine of machines) {
      const { name } = machine;
      this.sights.forget(name);
      this.#running.set(name, this.program.start(machine, { sights: this.sights, marks: this.#marks }));
    }
  }

  /** Without a word, as by a power loss. */
  async killOn(machines: readonly Machine[]): Promise<void> {
    await Promise.all(machines.flatMap((machine) => this.#on(machine)).map((process) => process.end()));
  }

  signalOn(machines: readonly Machine[], signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const process of machines.flatMap((machine) => this.#on(machine))) process.signal(signal);
  }

  /** The program on one machine. */
  on({ name }: Machine): Running {
    const running = this.#running.get(name);
    if (running === undefined) throw new Error(`nothing was started on ${name}`);
    return running;
  }

  /** Whether all have heard this mark from all. */
  haveMark(word: string): boolean {
    return this.machines.every(({ name }) =>
      this.machines.every((other) => this.#marks.get(name)?.get(other.name) === word),
    );
  }

  /** All see all. */
  async settled(): Promise<void> {
    const names = this.names(this.machines);
    if ((await this.sights.until(names, names, 'there', settledMs)) !== undefined) return;
    const odd = this.sights.otherwise(names, 'there');
    throw new Error(`${this.program.name}: not everyone is seen by everyone: ${odd}`);
  }

  names(machines: readonly Machine[]): readonly string[] {
    return machines.map(({ name }) => name);
  }

  #on({ name }: Machine): readonly Process[] {
    return this.#running.get(name)?.all ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signalOn(this.machines, 'SIGCONT');
    await this.killOn(this.machines);
  }
}
