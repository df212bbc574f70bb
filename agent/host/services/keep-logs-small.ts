import { messageOf } from '../../../roles/model/errors.ts';
import type { Clock } from '../../../roles/model/ports.ts';
import type { ServiceSpec } from '../../../roles/model/service.ts';
import { rotateInUse } from './service-log.ts';

/** A busy site logs about a megabyte a second; a look costs less than a millisecond. */
const lookMs = 10_000;

export interface OpenLog {
  readonly service: ServiceSpec;
  readonly path: string;
}

export interface LogParts {
  /** The logs that are being written now. */
  readonly logs: () => readonly OpenLog[];
  readonly clock: Clock;
  /** Called once for each log that cannot be rotated, until it can. */
  readonly onTrouble: (log: OpenLog, why: string) => void;
}

/** Nobody else rotates logs where systemd is not: logrotate comes with a timer or with cron. Until `signal` aborts. */
export async function keepLogsSmall(
  { logs, clock, onTrouble }: LogParts,
  signal: AbortSignal,
): Promise<void> {
  const troubled = new Set<string>();
  while (!signal.aborted) {
    for (const log of logs()) {
      const trouble = await troubleWith(log);
      if (trouble === undefined) troubled.delete(log.path);
      else if (!troubled.has(log.path)) {
        troubled.add(log.path);
        onTrouble(log, trouble);
      }
    }
    await clock.sleep(lookMs, signal);
  }
}

async function troubleWith({ path }: OpenLog): Promise<string | undefined> {
  try {
    await rotateInUse(path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
