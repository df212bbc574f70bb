import type { SettingsReport } from '../../../agent/api/contract.ts';
import { MusterError } from '../../../roles/model/errors.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderDiff } from '../render/diff.ts';
import { painter } from '../render/text.ts';
import { settingsDiff } from './text.ts';

export interface Consent {
  readonly yes: boolean;
}

/** Refuses early what could not be answered later. */
export function requireAnswer(context: Context, consent: Consent): void {
  if (consent.yes || context.operator.canAnswer) return;
  throw new MusterError('answer-needed', {
    what: 'the change needs a yes, and there is no terminal to ask at',
    why: 'nothing is changed without consent',
    next: 'the same command with --yes',
  });
}

/** Checks the settings, shows what would change, asks, and only then changes it. */
export async function propose(
  context: Context,
  before: SettingsReport,
  settings: Readonly<Record<string, unknown>>,
  consent: Consent,
): Promise<number> {
  const client = await context.connect();
  const change = { revision: before.revision, settings: { ...settings } };
  const checked = await client.checkSettings(change);
  const diff = settingsDiff(before.settings, checked.settings);
  if (diff === '') {
    context.err.write('Nothing changes: the settings are so already.\n');
    return exitCodes.ok.code;
  }
  context.out.write(renderDiff(diff, painter(context.out)));
  requireAnswer(context, consent);
  if (!consent.yes && !(await context.operator.confirm('Change the settings like this?'))) {
    context.err.write('Nothing was changed.\n');
    return exitCodes.failure.code;
  }
  const after = await client.changeSettings(change);
  context.err.write(`Changed, revision ${String(after.revision)}. See it take effect: muster events -f\n`);
  return exitCodes.ok.code;
}
