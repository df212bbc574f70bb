import type { SettingsReport } from '../../../agent/api/contract.ts';
import { type Consent, requireAnswer } from '../consent.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderDiff } from '../render/diff.ts';
import { painter } from '../render/text.ts';
import { settingsDiff } from './text.ts';

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
