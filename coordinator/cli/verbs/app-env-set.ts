import { MusterError } from '../../../roles/model/errors.ts';
import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import { change } from './change.ts';

/** `muster app env set NAME VARIABLE…` */
export async function appEnvSet(
  context: Context,
  name: string,
  variables: readonly string[],
  options: AsData,
): Promise<number> {
  const asked = variables.filter((word) => !word.includes('='));
  if (asked.length > 1) {
    throw new MusterError('request-invalid', {
      what: `only one value can be read at a time, and ${asked.join(', ')} have none`,
      why: 'a name without a value is asked for, or read from the input',
      next: `muster app env set ${name} ${asked[0] ?? 'NAME'}`,
    });
  }
  const set: Record<string, string> = {};
  for (const word of variables) {
    const at = word.indexOf('=');
    if (at >= 0) set[word.slice(0, at)] = word.slice(at + 1);
    else set[word] = await context.operator.answer(context.operator.canAnswer ? `${word}:` : '');
  }
  return change(context, options, (client) => client.applications.setVariables(name, { set, unset: [] }));
}
