import type { Context } from '../context.ts';
import { oneLine, type Paint, painter } from './text.ts';

/** What `--json` becomes. */
export interface AsData {
  readonly json?: boolean;
}

/** Writes a report: as it is for programs, as text for people. */
export function answer<Report>(
  { out }: Pick<Context, 'out'>,
  report: Report,
  { json = false }: AsData,
  text: (report: Report, paint: Paint) => string,
): void {
  out.write(json ? `${JSON.stringify(report, null, 2)}\n` : text(report, painter(out)));
}

/** What an answer of one sentence says. */
export function renderSentence({ sentence }: { readonly sentence: string }): string {
  return `${oneLine(sentence)}\n`;
}
