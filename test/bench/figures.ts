/** Figures of several runs: the middle one, the worst one, and how many. */
export interface Figure {
  readonly median: number;
  readonly worst: number;
  readonly count: number;
}

/** `worst` is the largest unless more is better. */
export function figure(values: readonly number[], better: 'less' | 'more' = 'less'): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  const worst = (better === 'less' ? sorted.at(-1) : sorted[0]) ?? Number.NaN;
  return { median: (low + high) / 2, worst, count: sorted.length };
}

/** One line of a table in docs/benchmarks.md. */
export function row(what: string, { median, worst, count }: Figure, unit: string, digits = 1): string {
  const [middle, end] = [median, worst].map((value) => `${value.toFixed(digits)} ${unit}`.trimEnd());
  return `| ${what} | ${middle ?? ''} | ${end ?? ''} | ${count} |`;
}

/** The head of such a table. */
export const tableHead = '| what | median | worst | runs |\n| --- | --- | --- | --- |';

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
