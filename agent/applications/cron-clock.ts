import { releaseOf } from '../../roles/model/application.ts';
import { isDue, scheduleOf } from '../../roles/model/cron.ts';
import { messageOf } from '../../roles/model/errors.ts';
import type { Random } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import type { Journal } from '../reconcile/journal.ts';
import { startLoop } from '../reconcile/loop.ts';
import { type CommandParts, runCommand } from './run-command.ts';

export interface CronParts extends CommandParts {
  readonly random: Random;
  readonly journal: Journal;
  readonly view: () => View | undefined;
}

/** Often enough that no minute is missed. */
const periodMs = 10_000;
const minuteMs = 60_000;

/**
 * Runs the cron commands of the applications that this node runs them for, each minute once. One that still runs when
 * it is due again is left to end.
 */
export async function runCron(parts: CronParts): Promise<void> {
  const { clock, random, signal, journal } = parts;
  const running = new Map<string, Promise<void>>();
  const minuteNow = (): number => Math.floor(clock.now().getTime() / minuteMs);
  // The minute that the agent starts in may have been served by its life before.
  let served = minuteNow();
  const loop = startLoop({
    clock,
    random,
    signal,
    periodMs,
    run: async () => {
      const minute = minuteNow();
      if (minute === served) return false;
      served = minute;
      for (const due of dueAt(parts.view(), new Date(minute * minuteMs))) {
        if (running.has(due.key)) continue;
        const work = due
          .run(parts)
          .then(async (why) => {
            if (why === undefined) return;
            await journal.tell({ kind: 'error', role: 'web', sentence: `cron of ${due.name}: ${why}` });
          })
          .finally(() => running.delete(due.key));
        running.set(due.key, work);
      }
      return false;
    },
    onError: async (error) => {
      await journal.tell({ kind: 'error', role: 'web', sentence: `cron: ${messageOf(error)}` });
    },
  });
  await loop.ended;
  await Promise.all(running.values());
}

interface Due {
  readonly key: string;
  readonly name: string;
  readonly run: (parts: CronParts) => Promise<string | undefined>;
}

function dueAt(view: View | undefined, time: Date): readonly Due[] {
  return (view?.applications ?? []).flatMap((application): Due[] => {
    const release = releaseOf(application, application.current);
    if (view === undefined || application.runner !== view.self || release === undefined) return [];
    return release.manifest.cron
      .filter(({ schedule }) => {
        const read = scheduleOf(schedule);
        return read !== undefined && isDue(read, time);
      })
      .map(({ schedule, command }) => ({
        key: `${application.name} ${schedule} ${command}`,
        name: application.name,
        run: (parts) => runCommand(parts, view, { application, release, command }),
      }));
  });
}
