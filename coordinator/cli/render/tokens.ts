import type { InspectionReport, TokenFate, TokenReport, TokensReport } from '../../../agent/api/contract.ts';
import { table } from './table.ts';
import { oneLine, type Paint } from './text.ts';
import { beforeOrAfter } from './time.ts';

/** What to paste on the next machine, and nothing else. */
export function renderLines({ lines }: TokenReport): string {
  return `${oneLine(lines.curl)}\n\nwithout curl:\n${oneLine(lines.wget)}\n`;
}

/** Until when a new token is good, for how many machines, and how to take it back. */
export function renderLimits({ id, expiresAt, uses }: TokenReport): string {
  const machines = uses === 1 ? 'one machine' : `${String(uses)} machines`;
  return `Good until ${expiresAt}, for ${machines}. To take it back: muster token revoke ${id}\n`;
}

/** The tokens that the cluster knows, one a line. */
export function renderTokens({ tokens }: TokensReport, now: Date, paint: Paint): string {
  if (tokens.length === 0) return 'There is no token. To make one: muster token create\n';
  const columns = [
    { title: 'TOKEN' },
    { title: 'STATE' },
    { title: 'ENDS' },
    { title: 'USES LEFT', right: true },
    { title: 'ADMITTED' },
  ];
  const rows = tokens.map(({ id, state, expiresAt, usesLeft, admitted }) => [
    id,
    fate(state, paint),
    beforeOrAfter(new Date(expiresAt), now),
    String(usesLeft),
    admitted.join(', ') || '-',
  ]);
  const [titles = '', ...lines] = table(columns, rows);
  return `${[paint('dim', titles), ...lines].join('\n')}\n`;
}

/** What a token says, its secret apart, and what has become of it. */
export function renderInspection(report: InspectionReport, now: Date, paint: Paint): string {
  const { id, state, clusterId, addresses, pin, expiresAt, usesLeft } = report;
  const lines = [
    ['token', id],
    ['state', fate(state, paint)],
    ['ends', `${expiresAt} (${beforeOrAfter(new Date(expiresAt), now)})`],
    ...(usesLeft === undefined ? [] : [['uses left', String(usesLeft)]]),
    ['cluster', clusterId],
    ['addresses', addresses.join(', ')],
    ['pin', pin],
  ];
  return `${table([{ title: '' }, { title: '' }], lines)
    .slice(1)
    .join('\n')}\n`;
}

function fate(state: TokenFate, paint: Paint): string {
  return paint(state === 'good' ? 'green' : 'yellow', state);
}
