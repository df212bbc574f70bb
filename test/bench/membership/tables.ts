import { figure } from '../figures.ts';
import type { ProgramName } from './stage.ts';

/** Below that the largest is no less telling. */
const enoughForTail = 100;

/** Of at least a hundred values that below which all but one in a hundred lie; undefined for fewer. */
export function tail(values: readonly number[]): number | undefined {
  return values.length < enoughForTail ? undefined : tailOf(values, 0.99);
}

/** Of some values that below which this share of them lies. */
export function tailOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** The head of a table with both programs in each line. */
export function sidesHead(what: string): string {
  const head = `| ${what} | muster, median | p99 | worst | runs | serf, median | worst | runs | goal |`;
  return `${head}\n${'| --- '.repeat(9)}|`;
}

/** One line of such a table, in seconds. */
export function sidesRow(
  what: string,
  seen: Readonly<Record<ProgramName, readonly number[]>>,
  goal: string,
): string {
  const [ours, theirs] = [figure(seen.muster), figure(seen.serf)];
  const late = tail(seen.muster);
  const muster = [
    seconds(ours.median),
    late === undefined ? '' : seconds(late),
    seconds(ours.worst),
    ours.count,
  ];
  const cells = [what, ...muster, seconds(theirs.median), seconds(theirs.worst), theirs.count, goal];
  return `| ${cells.join(' | ')} |`;
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
