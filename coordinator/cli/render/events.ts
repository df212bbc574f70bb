import type { Event } from '../../../roles/model/event.ts';
import { oneLine, type Paint } from './text.ts';

const kindStyles = { info: 'dim', drift: 'yellow', healed: 'green', error: 'red' } as const;

/** Wide enough for every kind and every role. */
const kindWidth = 6;
const roleWidth = 8;

/** One event as one line; `when` is how its time is shown. */
export function renderEvent(event: Event, when: string, paint: Paint): string {
  const kind = paint(kindStyles[event.kind], event.kind.padEnd(kindWidth));
  const code = event.code === undefined ? '' : paint('dim', ` (${oneLine(event.code)})`);
  return `${paint('dim', when.padStart(11))}  ${kind}  ${(event.role ?? '').padEnd(roleWidth)}  ${oneLine(event.sentence)}${code}\n`;
}
