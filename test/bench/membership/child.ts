import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Process } from './program.ts';
import type { Machine } from './room.ts';

/** A process on a machine. It hears and is heard through pipes, and not through the network that is measured. */
export class Child implements Process {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#ended = once(process, 'exit');
  }

  /** `ip` becomes the program: the number of the process is the program's own. */
  static start(machine: Machine, argv: readonly string[], onLine: (line: string) => void): Child {
    const process = spawn('ip', ['netns', 'exec', machine.namespace, ...argv], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: process.stdout }).on('line', onLine);
    // Its end is seen by what it no longer says.
    process.stdin.on('error', () => undefined);
    return new Child(process);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal);
  }

  async end(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }
}

/** The kernel's monotonic clock, which every process of this host reads alike. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
