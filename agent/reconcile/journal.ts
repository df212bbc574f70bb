import { Event } from '../../roles/model/event.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';

/** What a caller has to say; the journal numbers and dates it. */
export type Telling = Omit<Event, 'sequence' | 'at'>;

/** Kept in memory for the API; about a week of an ordinary cluster. */
const keptEvents = 2_000;

/** Sentences that wait for a disk which takes nothing; the newest of them are kept. */
const mostUnwritten = 500;

/** Two files of this size hold some ten thousand sentences. */
const rotateAtBytes = 1024 * 1024;

/** The history of this node in sentences: on disk, a line of JSON each, and the newest in memory. */
export class Journal {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #events: Event[];
  readonly #listeners = new Set<(event: Event) => void>();
  #bytes: number;
  #unwritten: string[] = [];
  #next: number;
  #queue: Promise<void> = Promise.resolve();

  constructor(files: Files, clock: Clock, path: string, known: readonly Event[], bytes: number) {
    this.#files = files;
    this.#clock = clock;
    this.#path = path;
    this.#events = known.slice(-keptEvents);
    this.#bytes = bytes;
    this.#next = (known.at(-1)?.sequence ?? 0) + 1;
  }

  /**
   * Writes one sentence down and passes it to those who follow. Never rejects: what the disk does not take now is
   * written with the next sentence that it takes, and a full disk must not end those who tell of it.
   */
  async tell(telling: Telling): Promise<void> {
    const event: Event = { sequence: this.#next, at: this.#clock.now().toISOString(), ...telling };
    this.#next += 1;
    this.#events.push(event);
    if (this.#events.length > keptEvents) this.#events.shift();
    for (const listener of this.#listeners) listener(event);
    this.#unwritten = [...this.#unwritten, `${JSON.stringify(event)}\n`].slice(-mostUnwritten);
    this.#queue = this.#queue.then(() => this.#write());
    await this.#queue;
  }

  /** Events after a sequence number, oldest first; the newest `limit` of them. */
  after(sequence: number, limit: number): readonly Event[] {
    const events = this.#events.filter((event) => event.sequence > sequence);
    return events.slice(Math.max(0, events.length - limit));
  }

  /** Calls `listener` for each new event; returns the way to stop that. */
  listen(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #write(): Promise<void> {
    const lines = this.#unwritten;
    try {
      await this.#append(lines.join(''));
      this.#unwritten = this.#unwritten.slice(lines.length);
    } catch {
      // They stay unwritten, and are there for whoever asks the running agent.
    }
  }

  async #append(text: string): Promise<void> {
    if (this.#bytes > rotateAtBytes) {
      const former = await this.#files.read(this.#path);
      await this.#files.write(`${this.#path}.1`, former ?? '', { mode: 0o600 });
      await this.#files.write(this.#path, '', { mode: 0o600 });
      this.#bytes = 0;
    }
    await this.#files.append(this.#path, text, { mode: 0o600 });
    this.#bytes += text.length;
  }
}

/** Opens the journal; a line that a power cut left half-written is passed over. */
export async function openJournal(files: Files, clock: Clock, path: string): Promise<Journal> {
  const current = (await files.read(path)) ?? '';
  const former = (await files.read(`${path}.1`)) ?? '';
  const events = `${former}\n${current}`.split('\n').flatMap(parseLine);
  // What follows a torn line begins on a line of its own.
  if (current !== '' && !current.endsWith('\n')) await files.append(path, '\n', { mode: 0o600 });
  return new Journal(files, clock, path, events, current.length);
}

function parseLine(line: string): Event[] {
  if (line.trim() === '') return [];
  try {
    return [Event.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
