import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import type { Decisions } from '../../roles/model/ports.ts';
import { Settings } from '../../roles/registry.ts';
import { settingsKey } from '../store/keys.ts';

export interface ChangedSettings {
  readonly revision: number;
  readonly settings: Settings;
}

/**
 * Replaces the settings as a whole, if nobody else has since `revision`. Throws `settings-invalid` or
 * `settings-changed`, and then nothing was changed.
 */
export async function changeSettings(
  decisions: Decisions,
  change: { readonly revision: number; readonly settings: unknown },
): Promise<ChangedSettings> {
  const parsed = Settings.safeParse(change.settings);
  if (!parsed.success) {
    throw new MusterError('settings-invalid', {
      what: 'the settings were not changed: they are not valid',
      why: z.prettifyError(parsed.error),
      next: 'muster docs settings',
    });
  }
  if (change.revision === 0) throw notStoredYet();
  const result = await decisions.transact({
    conditions: [{ key: settingsKey, modRevision: change.revision }],
    put: { [settingsKey]: JSON.stringify(parsed.data) },
  });
  if (!result.committed) {
    throw new MusterError('settings-changed', {
      what: 'the settings were not changed: another change came first',
      why: `they are no longer those of revision ${change.revision}`,
      next: 'muster settings show, then change them again',
    });
  }
  return { revision: result.revision, settings: parsed.data };
}

/** At the very first start the settings stand in a file; a write now would stand in the way of their import. */
function notStoredYet(): MusterError {
  return new MusterError('store-unreachable', {
    what: 'the settings were not changed: the store of decisions is just being set up',
    why: 'the first decisions are not in it yet',
    next: 'muster settings, again in a few seconds',
  });
}

/** What differs between two settings, a line each: `web.workers: auto -> 24`. */
export function settingsChanges(before: unknown, after: unknown, path = ''): string[] {
  if (isSection(before) && isSection(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) =>
      settingsChanges(before[key], after[key], path === '' ? key : `${path}.${key}`),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [`${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`];
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
