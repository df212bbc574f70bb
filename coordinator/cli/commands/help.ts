import type { Command } from 'commander';
import { type ExitName, exitCodes } from '../exit-codes.ts';

export interface VerbHelp {
  readonly examples: readonly string[];
  readonly exits: readonly ExitName[];
}

/** Any verb can be called wrongly or interrupted. */
const always: readonly ExitName[] = ['usage', 'interrupted'];

/** Adds examples and exit codes below a verb's own help. */
export function explainVerb(command: Command, { examples, exits }: VerbHelp): void {
  const text = [
    '',
    examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
    'Exit codes:',
    ...exitLines([...exits, ...always]),
  ];
  command.addHelpText('after', text.join('\n'));
}

/** The named exit codes in order, one a line. */
export function exitLines(names: readonly ExitName[]): string[] {
  return names
    .map((name) => exitCodes[name])
    .sort((a, b) => a.code - b.code)
    .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`);
}
