import type { VerbTree } from './tree.ts';

/** What the cluster knows for a placeholder: groups of words, those that people say first. */
export type LiveWords = (placeholder: string) => Promise<readonly (readonly string[])[]>;

/** What a shell takes as one word as it stands; a name from elsewhere must not become a command. */
const harmlessWord = /^[\w@%+=:,./-]+$/;

/** What the last of the words, which may be empty, could become. */
export async function candidates(
  tree: VerbTree,
  words: readonly string[],
  live: LiveWords,
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  if (typed.includes('=')) return [];
  const spot = walk(tree, words.slice(0, -1));
  if (spot === undefined || spot.valueFollows) return [];
  if (typed.startsWith('-')) return matching(freeOptions(spot), typed);
  if (spot.verb.verbs.length > 0)
    return matching(
      spot.verb.verbs.map(({ name }) => name),
      typed,
    );
  const place = placeAt(spot);
  if (place === undefined) return [];
  const groups = place.choices.length > 0 ? [place.choices] : await live(place.placeholder);
  return groups.map((group) => matching(group, typed)).find((group) => group.length > 0) ?? [];
}

/** Where the words have led so far. */
interface Spot {
  readonly verb: VerbTree;
  /** Those of the verb and of all above it. */
  readonly options: VerbTree['options'];
  readonly given: readonly string[];
  /** How many arguments of the verb are there. */
  readonly filled: number;
  /** The option before takes a value, which nobody can guess. */
  readonly valueFollows: boolean;
}

/** Undefined where a word is no verb. */
function walk(tree: VerbTree, words: readonly string[]): Spot | undefined {
  const start: Spot = { verb: tree, options: tree.options, given: [], filled: 0, valueFollows: false };
  return words.reduce<Spot | undefined>((spot, word) => spot && step(spot, word), start);
}

function step(spot: Spot, word: string): Spot | undefined {
  if (spot.valueFollows) return { ...spot, valueFollows: false };
  if (word.startsWith('-')) {
    const option = spot.options.find(({ words }) => words.includes(word));
    return { ...spot, given: [...spot.given, word], valueFollows: option?.takesValue ?? false };
  }
  if (spot.verb.verbs.length === 0) return { ...spot, filled: spot.filled + 1 };
  const verb = spot.verb.verbs.find(({ name }) => name === word);
  return verb && { ...spot, verb, options: [...verb.options, ...spot.options] };
}

/** Those with a value may be there twice; the others say nothing new the second time. */
function freeOptions({ options, given }: Spot): string[] {
  const free = options.filter(
    ({ words, takesValue }) => takesValue || !words.some((word) => given.includes(word)),
  );
  return [...new Set(free.flatMap(({ words }) => words.slice(0, 1)))];
}

function placeAt({ verb: { places }, filled }: Spot): VerbTree['places'][number] | undefined {
  const last = places.at(-1);
  return places[filled] ?? (last?.variadic === true ? last : undefined);
}

function matching(words: readonly string[], typed: string): string[] {
  return words.filter((word) => word.startsWith(typed) && harmlessWord.test(word));
}
