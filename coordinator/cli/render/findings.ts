import type { DoctorReport } from '../../../agent/api/contract.ts';
import { oneLine, type Paint } from './text.ts';

const signs = {
  ok: { style: 'green', sign: '√' },
  warning: { style: 'yellow', sign: '‼' },
  failure: { style: 'red', sign: '×' },
} as const;

/** Each finding with its evidence and what to do, then how many need a hand. */
export function renderFindings({ findings }: DoctorReport, paint: Paint): string {
  const lines = findings.flatMap(({ id, level, evidence, next }) => {
    const { style, sign } = signs[level];
    const line = `${paint(style, sign)} ${oneLine(evidence)} ${paint('dim', `(${oneLine(id)})`)}`;
    return next === '' ? [line] : [line, `  ${paint('dim', `next: ${oneLine(next)}`)}`];
  });
  const count = (level: 'warning' | 'failure'): number => findings.filter((f) => f.level === level).length;
  const failures = count('failure');
  const warnings = count('warning');
  const sum =
    failures + warnings === 0
      ? 'Nothing was found.'
      : `${plural(failures, 'failure')}, ${plural(warnings, 'warning')}.`;
  return `${[...lines, '', sum].join('\n')}\n`;
}

function plural(count: number, word: string): string {
  return `${String(count)} ${word}${count === 1 ? '' : 's'}`;
}
