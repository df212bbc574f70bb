import { figure, row, say } from './figures.ts';

/** One of those that are measured beside each other. */
export interface Rival<T> {
  readonly name: string;
  readonly measure: () => Promise<T>;
}

/** The results of one rival, in the order of the runs. */
export interface Turns<T> {
  readonly name: string;
  readonly results: readonly T[];
}

/** What of a result goes into a table. */
export interface Quantity<T> {
  readonly what: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  readonly digits?: number;
  readonly of: (result: T) => number;
}

/**
 * Measures all in turn, run by run, after one round that does not count. Who goes first changes, so that drift of the
 * host falls on all.
 */
export async function inTurn<T>(rivals: readonly Rival<T>[], runs: number): Promise<readonly Turns<T>[]> {
  for (const rival of rivals) await rival.measure();
  const all = rivals.map((rival) => ({ rival, results: [] as T[] }));
  for (let run = 0; run < runs; run += 1) {
    const order = run % 2 === 0 ? all : all.toReversed();
    for (const { rival, results } of order) results.push(await rival.measure());
  }
  return all.map(({ rival, results }) => ({ name: rival.name, results }));
}

/** The rows of one quantity: each rival, and the first one's ratio to every other, pair by pair. */
export function sayTurns<T>(
  turns: readonly Turns<T>[],
  { what, unit, better, digits = 1, of }: Quantity<T>,
): void {
  const series = turns.map(({ name, results }) => ({ name, values: results.map(of) }));
  for (const { name, values } of series) say(row(`${what}, ${name}`, figure(values, better), unit, digits));
  const [ours, ...others] = series;
  for (const { name, values } of others) {
    const ratios = values.map((value, run) => (ours?.values[run] ?? Number.NaN) / value);
    const to = others.length === 1 ? '' : ` to ${name}`;
    say(row(`${what}, ratio${to} pair by pair`, figure(ratios, better), '×', 3));
  }
}
