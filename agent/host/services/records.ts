import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { MusterError, messageOf } from '../../../roles/model/errors.ts';
import type { ServiceSpec } from '../../../roles/model/service.ts';
import { ProcessIdentity } from '../processes.ts';

const Service: z.ZodType<ServiceSpec> = z.strictObject({
  unit: z.string(),
  label: z.string(),
  foreground: z.tuple([z.string()], z.string()),
  user: z.string().exactOptional(),
  environment: z.record(z.string(), z.string()).exactOptional(),
  runtimeDirectories: z
    .array(z.strictObject({ path: z.string(), owner: z.string(), mode: z.int() }))
    .exactOptional(),
  pidFile: z.string().exactOptional(),
  logFiles: z.array(z.string()).exactOptional(),
  startedBy: z.literal('agent').exactOptional(),
  reloadSignal: z.enum(['SIGHUP', 'SIGUSR1', 'SIGUSR2']).exactOptional(),
  stopSignal: z.enum(['SIGTERM', 'SIGUSR1', 'SIGQUIT', 'SIGWINCH']),
});

/** What is known of a service that we run; enough for the next agent to go on with it. Times are of the boot clock. */
const ServiceRecord = z.strictObject({
  service: Service,
  wanted: z.enum(['running', 'stopped']),
  /** The main process, which leads the session of all that it starts; also after its end. Absent if it never was. */
  main: ProcessIdentity.exactOptional(),
  invocation: z.string(),
  startedMs: z.number(),
  /** Set from the end of the main process to the next start. */
  endedMs: z.number().exactOptional(),
  /** How it ended last. */
  ended: z.string().exactOptional(),
  /** Ends in a row without a healthy life between. */
  failures: z.int(),
});
export type ServiceRecord = z.infer<typeof ServiceRecord>;

/** Called once for each service whose record does not get to the disk, until it does. */
export type OnUnwritten = (service: ServiceSpec, why: string) => void;

/** The records of all services, one small file each under /run, so that they end with the boot they tell of. */
export class Records {
  readonly #directory: string;
  readonly #onUnwritten: OnUnwritten;
  readonly #unwritten = new Set<string>();
  #known: Map<string, ServiceRecord> | undefined;

  constructor(directory: string, onUnwritten: OnUnwritten) {
    this.#directory = directory;
    this.#onUnwritten = onUnwritten;
  }

  all(): readonly ServiceRecord[] {
    return [...this.#load().values()];
  }

  get(unit: string): ServiceRecord | undefined {
    return this.#load().get(unit);
  }

  /**
   * Synchronous: between the start of a process and its record nothing else may happen, or an agent that died there
   * would leave a process that nobody knows. Never throws: a full disk must not end the watch over services, so what
   * could not be written is kept here, told, and written by `writeAgain`.
   */
  put(record: ServiceRecord): void {
    this.#load().set(record.service.unit, record);
    this.#write(record);
  }

  /** Another try for what is on no disk yet. */
  writeAgain(): void {
    for (const unit of this.#unwritten) {
      const record = this.get(unit);
      if (record !== undefined) this.#write(record);
    }
  }

  /** The file may hold a service's environment: root's eyes only. */
  #write(record: ServiceRecord): void {
    const { unit } = record.service;
    const path = join(this.#directory, `${unit}.json`);
    try {
      writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
      renameSync(`${path}.new`, path);
      this.#unwritten.delete(unit);
    } catch (error) {
      const known = this.#unwritten.has(unit);
      this.#unwritten.add(unit);
      if (!known) this.#onUnwritten(record.service, messageOf(error));
    }
  }

  #load(): Map<string, ServiceRecord> {
    this.#known ??= new Map(readAll(this.#directory).map((record) => [record.service.unit, record]));
    return this.#known;
  }
}

function readAll(directory: string): ServiceRecord[] {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readOne(join(directory, name)));
}

function readOne(path: string): ServiceRecord {
  try {
    return ServiceRecord.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new MusterError('state-unreadable', {
      what: `${path} does not tell which process serves`,
      why: 'it is not as muster writes it',
      next: `stop the service by hand, then rm ${path}`,
      cause: error,
    });
  }
}
