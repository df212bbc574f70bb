import type { WhyReport } from '../../../agent/api/contract.ts';
import { renderEvent } from './events.ts';
import { oneLine, type Paint } from './text.ts';
import { ago } from './time.ts';

/** Each role of a node with the reason it was given and how it fares, then its last words. */
export function renderWhy({ node, roles, events }: WhyReport, now: Date, paint: Paint): string {
  const head = `${paint('bold', oneLine(node.name))} (${node.id}, ${node.address})\n`;
  const given = roles.map(
    ({ role, why, state, reason }) =>
      `  ${paint('bold', role)}: ${oneLine(why)}\n    ${state}: ${oneLine(reason)}\n`,
  );
  const last = events.map((event) => renderEvent(event, ago(new Date(event.at), now), paint));
  return [
    head,
    ...(given.length === 0 ? ['  It carries no role.\n'] : given),
    ...(last.length === 0 ? [] : ['\n', ...last]),
  ].join('');
}
