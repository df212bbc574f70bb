import type { Argument, Command } from 'commander';

/** What may follow a verb, as data. */
export interface VerbTree {
  readonly name: string;
  readonly verbs: readonly VerbTree[];
  readonly options: readonly OptionWords[];
  readonly places: readonly Place[];
}

interface OptionWords {
  /** All its spellings, the long one first. */
  readonly words: readonly string[];
  readonly takesValue: boolean;
}

/** Where an argument goes: one of a few words, or one that only the cluster knows, by its placeholder. */
interface Place {
  readonly placeholder: string;
  readonly choices: readonly string[];
  readonly variadic: boolean;
}

/** Not for people: neither in the help nor in the manual, nor ever a candidate. */
export const hiddenPrefix = '__';

/** The program's words, read off its declarations, so that they cannot differ. */
export function treeOf(command: Command): VerbTree {
  const options = command.createHelp().visibleOptions(command);
  return {
    name: command.name(),
    verbs: command.commands.filter((inner) => !inner.name().startsWith(hiddenPrefix)).map(treeOf),
    options: options.map(({ long, short, required, optional }) => ({
      words: [long, short].filter((word) => typeof word === 'string'),
      takesValue: required || optional,
    })),
    places: command.registeredArguments.map(placeOf),
  };
}

function placeOf(argument: Argument): Place {
  return {
    placeholder: argument.name(),
    choices: argument.argChoices ?? [],
    variadic: argument.variadic,
  };
}
