import type { Command } from 'commander';
import { type ExitName, exitCodes } from '../exit-codes.ts';

/** What a verb says of itself. */
export interface VerbWords {
  /** For the list of verbs, where the description is too long for it. */
  readonly summary?: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly exits: readonly ExitName[];
}

/** Any verb can be called wrongly or interrupted. */
const always: readonly ExitName[] = ['usage', 'interrupted'];

/** A new verb below the program or another verb, its help complete with examples and exit codes. */
export function declareVerb(parent: Command, name: string, words: VerbWords): Command {
  const { summary, description, examples, exits } = words;
  const text = [
    '',
    examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
    'Exit codes:',
    ...exitLines([...exits, ...always]),
  ];
  return parent
    .command(name)
    .summary(summary ?? description)
    .description(description)
    .addHelpText('after', text.join('\n'));
}

/** The named exit codes in order, one a line. */
export function exitLines(names: readonly ExitName[]): string[] {
  return names
    .map((name) => exitCodes[name])
    .sort((a, b) => a.code - b.code)
    .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`);
}
