import { closeSync, openSync, readSync } from 'node:fs';
import { prepareLog } from './services/service-log.ts';

/** A person who watches sees no delay. */
const pollMs = 100;
const chunkBytes = 64 * 1024;

/**
 * A log file as the output of a program that is to go on when the agent ends: a pipe would break with the agent and
 * take the program with it. Calls back with each line that is added.
 */
export class FollowedLog {
  /** Where the program writes. */
  readonly fd: number;
  readonly #onLine: (line: string) => void;
  readonly #reading: number;
  readonly #timer: NodeJS.Timeout;
  readonly #decoder = new TextDecoder();
  #position: number;
  #rest = '';

  private constructor(path: string, fromByte: number, onLine: (line: string) => void) {
    this.fd = openSync(path, 'a', 0o640);
    this.#reading = openSync(path, 'r');
    this.#position = fromByte;
    this.#onLine = onLine;
    this.#timer = setInterval(() => this.#read(), pollMs);
  }

  static async open(path: string, onLine: (line: string) => void): Promise<FollowedLog> {
    return new FollowedLog(path, await prepareLog(path), onLine);
  }

  /** Reads what is left and lets the file go. */
  close(): void {
    clearInterval(this.#timer);
    this.#read();
    if (this.#rest !== '') this.#onLine(this.#rest);
    closeSync(this.fd);
    closeSync(this.#reading);
  }

  #read(): void {
    const chunk = Buffer.alloc(chunkBytes);
    let bytes = readSync(this.#reading, chunk, 0, chunkBytes, this.#position);
    while (bytes > 0) {
      this.#position += bytes;
      this.#take(this.#decoder.decode(chunk.subarray(0, bytes), { stream: true }));
      bytes = readSync(this.#reading, chunk, 0, chunkBytes, this.#position);
    }
  }

  #take(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line);
  }
}
