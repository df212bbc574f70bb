/** The candidate that was probably meant; undefined where none is near. */
export function nearest(wanted: string, candidates: readonly string[]): string | undefined {
  const far = Math.max(2, Math.floor(wanted.length * 0.4));
  const ranked = candidates
    .map((candidate) => ({ candidate, steps: distance(wanted, candidate) }))
    .filter(({ steps }) => steps <= far)
    .sort((a, b) => a.steps - b.steps);
  return ranked[0]?.candidate;
}

/** Levenshtein's distance: how many single letters must be added, dropped or replaced. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(to).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
