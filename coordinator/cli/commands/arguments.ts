import { InvalidArgumentError } from 'commander';

/** More lines than the agent gives at once. */
const mostLines = 1000;

/** A count of lines. */
export function lineCount(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) <= mostLines) return Number(text);
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${String(mostLines)}.`);
}
