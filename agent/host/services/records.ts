import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { MusterError } from '../../../roles/model/errors.ts';
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

/** The records of all services, one small file each under /run, so that they end with the boot they tell of. */
export class Records {
  readonly #directory: string;
  #known: Map<string, ServiceRecord> | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  all(): readonly ServiceRecord[] {
    return [...this.#load().values()];
  }

  get(unit: string): ServiceRecord | undefined {
    return this.#load().get(unit);
  }

  /**
   * Synchronous: between the start of a process and its record nothing else may happen, or an agent that died there
   * would leave a process that nobody knows. The file may hold a service's environment: root's eyes only.
   */
  put(record: ServiceRecord): void {
    const path = join(this.#directory, `${record.service.unit}.json`);
    this.#load().set(record.service.unit, record);
    writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${path}.new`, path);
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
