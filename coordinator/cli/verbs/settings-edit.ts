import { asMusterError, MusterError } from '../../../roles/model/errors.ts';
import { type Consent, requireAnswer } from '../consent.ts';
import type { Context, Edited } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { propose } from '../settings/propose.ts';
import { commentedText, parseSettings } from '../settings/text.ts';

/** `muster settings edit`: the settings in the operator's editor, with a sentence above each key. */
export async function settingsEdit(context: Context, consent: Consent): Promise<number> {
  requireAnswer(context, consent);
  const client = await context.connect();
  const before = await client.settings();
  const { schema } = await client.settingsSchema();
  const edited = await context.operator.edit(commentedText(before.settings, schema), 'muster.yml');
  const settings = parseSettings(edited.text, edited.path);
  if (settings === undefined) {
    await edited.done();
    context.err.write('The file is empty: nothing was changed.\n');
    return exitCodes.ok.code;
  }
  const code = await propose(context, before, settings, consent).catch((error: unknown) => {
    throw keeping(asMusterError(error), edited);
  });
  await edited.done();
  return code;
}

/** Nobody should have to type it all again. */
function keeping(error: MusterError, { path }: Edited): MusterError {
  return new MusterError(error.code, {
    what: error.message,
    why: `${error.why}; your text is kept in ${path}`,
    next: 'muster settings edit',
    cause: error,
  });
}
