import { inspect } from 'node:util';
import type { MusterError } from '../../../roles/model/errors.ts';
import type { Output } from '../context.ts';
import { oneLine, painter } from './text.ts';

/** An error as an operator reads it: what, why, what to do next, and the code to look up. */
export function renderError(error: MusterError, output: Output, debug: boolean): string {
  const paint = painter(output);
  const lines = [
    `${paint('red', 'muster:')} ${oneLine(error.message)}`,
    `  ${paint('dim', 'why ')}  ${oneLine(error.why)}`,
    `  ${paint('dim', 'next')}  ${oneLine(error.next)}`,
    `  ${paint('dim', 'code')}  ${error.code} (muster docs errors)`,
  ];
  if (debug) lines.push(inspect(error));
  return `${lines.join('\n')}\n`;
}
