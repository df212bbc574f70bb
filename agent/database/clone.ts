import { originPath } from '../../roles/db/service.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Clock, Files, Services } from '../../roles/model/ports.ts';
import type { CloneStep } from '../../roles/model/step.ts';
import type { PeerPlace } from '../decisions/peer-api.ts';
import type { Journal } from '../reconcile/journal.ts';

/** Where a copy comes to lie, and what makes data of it. */
export interface CloneDisk {
  /** What a former run has left to be put in place; undefined where there is nothing. */
  completedClone(): Promise<string | undefined>;
  /** The databases of somebody that lie where the copy is to come. */
  databasesOnDisk(): Promise<readonly string[]>;
  /** Unpacks a stream beside the data, from nothing; `onBytes` hears of each piece. */
  unpackClone(
    source: AsyncIterable<Uint8Array>,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Makes what was unpacked consistent. Returns the position it was taken at. */
  prepareClone(signal: AbortSignal): Promise<string>;
  /** From here on the copy is the data of this machine; `origin` is what it is told by. */
  completeClone(origin: string): Promise<void>;
  /** Moves a completed copy into its place. */
  settleClone(origin: string, originPath: string): Promise<void>;
}

/** The way to another node's data. */
interface Donors {
  stream(donor: PeerPlace, path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

export interface CloneParts {
  readonly disk: CloneDisk;
  readonly files: Files;
  readonly services: Services;
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'tell'>;
  readonly signal: AbortSignal;
  readonly clusterId: string;
  readonly placeOf: (node: NodeId) => PeerPlace | undefined;
  readonly api: () => Promise<Donors>;
}

const clonePath = '/v1/database/clone';

/** Often enough to see that it goes on, too seldom to push other events out of the journal. */
const tellEveryMs = 15_000;

/** The rest of the machine needs this: its store of decisions may lie on the same disk. */
const keptFreeBytes = 512 * 1024 * 1024;

const mebibyte = 1024 * 1024;

/**
 * Takes all data of another node's server. Data of anybody else here are refused; a run that is cut off begins anew, or,
 * once all is there, goes on. Throws `data-refused`, `clone-failed`, `peer-unreachable`.
 */
export async function takeClone(parts: CloneParts, step: CloneStep): Promise<void> {
  const { disk, services, clusterId } = parts;
  const completed = await disk.completedClone();
  if (completed?.startsWith(`${clusterId}\n`) === true) return disk.settleClone(completed, originPath);
  const foreign = await disk.databasesOnDisk();
  if (foreign.length > 0) throw refused(foreign);
  const donor = parts.placeOf(step.donor);
  if (donor === undefined) throw failed('it is no node of this cluster any more');
  try {
    const position = await copy(parts, donor);
    await services.stop(step.service);
    const origin = `${clusterId}\n${position}\n`;
    await disk.completeClone(origin);
    await disk.settleClone(origin, originPath);
  } catch (cause) {
    throw cause instanceof MusterError ? cause : failed(messageOf(cause), cause);
  }
}

/** Returns the position that the data were taken at. */
async function copy(parts: CloneParts, donor: PeerPlace): Promise<string> {
  const { clock, disk, signal } = parts;
  const api = await parts.api();
  const startedMs = clock.monotonicMs();
  let [bytes, toldMs] = [0, startedMs];
  const tell = (how: string): void => {
    const seconds = Math.max(0.1, (clock.monotonicMs() - startedMs) / 1_000);
    const rate = bytes / mebibyte / seconds;
    const sentence = `${how} from ${donor.name}: ${Math.round(bytes / mebibyte)} MiB in ${seconds.toFixed(1)} s, ${rate.toFixed(0)} MiB/s`;
    void parts.journal.tell({ kind: 'info', role: 'db', sentence });
  };
  const full = new AbortController();
  const ended = AbortSignal.any([signal, full.signal]);
  const source = await api.stream(donor, clonePath, ended);
  const onBytes = (more: number): void => {
    bytes += more;
    if (clock.monotonicMs() - toldMs < tellEveryMs) return;
    toldMs = clock.monotonicMs();
    tell('copying data');
    void parts.files.freeBytes(originPath).then((free) => {
      if (free < keptFreeBytes) full.abort(new Error('the disk would be full before the copy is whole'));
    });
  };
  await disk.unpackClone(source, onBytes, ended);
  tell('copied data');
  return disk.prepareClone(signal);
}

function refused(found: readonly string[]): MusterError {
  return new MusterError('data-refused', {
    what: 'this machine gets no copy of the databases: /var/lib/mysql holds others',
    why: `there are ${found.slice(0, 5).join(', ')}; muster takes nothing away that it did not make`,
    next: 'muster docs errors, under data-refused',
  });
}

function failed(why: string, cause?: unknown): MusterError {
  return new MusterError('clone-failed', {
    what: 'the data of the primary were not copied; it begins anew',
    why,
    next: 'muster events; df -h /var/lib/mysql',
    cause,
  });
}
