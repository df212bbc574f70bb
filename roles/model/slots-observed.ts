import type { Answer } from './observed.ts';
import type { EndpointState } from './roster.ts';
import type { Slot } from './slots.ts';

/**
 * Bits of srv_admin_state in HAProxy 2.6's `show servers state` (include/haproxy/server-t.h). 0x04 only remembers that
 * the file had the server disabled at the start; it stays when the server is set ready.
 */
const maintenanceBits = 0x01 | 0x02 | 0x20;
const drainBits = 0x08 | 0x10;

/** The slots of a backend as HAProxy runs them; undefined where it did not answer. */
export function runningSlots(answer: Answer | undefined, backend: string): readonly Slot[] | undefined {
  return rowsOf(answer)
    ?.filter((row) => row.get('be_name') === backend)
    .map(slotFrom);
}

/** The value of srv_op_state for a server that runs; less while it is down, starting or stopping. */
const running = '2';

/** The numbers of the slots of a backend whose servers answer HAProxy's checks. */
export function answeringSlots(answer: Answer | undefined, backend: string): readonly number[] {
  const rows = rowsOf(answer) ?? [];
  return rows
    .filter((row) => row.get('be_name') === backend && row.get('srv_op_state') === running)
    .map((row) => slotFrom(row).number);
}

type Row = ReadonlyMap<string, string>;

function rowsOf(answer: Answer | undefined): readonly Row[] | undefined {
  if (answer?.ok !== true) return undefined;
  const [, header, ...rows] = answer.text.split('\n').filter((line) => line.trim() !== '');
  if (header === undefined || !header.startsWith('# ')) return undefined;
  const names = header.slice(2).split(' ');
  return rows.map((row) => new Map(row.split(' ').map((value, index) => [names[index] ?? '', value])));
}

function slotFrom(row: Row): Slot {
  const number = (name: string): number => Number(row.get(name) ?? '0');
  return {
    number: number('srv_id'),
    address: row.get('srv_addr') ?? '',
    port: number('srv_port'),
    weight: number('srv_uweight'),
    state: stateFrom(number('srv_admin_state')),
  };
}

function stateFrom(bits: number): EndpointState {
  if ((bits & maintenanceBits) !== 0) return 'out';
  return (bits & drainBits) === 0 ? 'ready' : 'drain';
}

/** The slots of a backend as the file has them for the next start; empty where it is not ours. */
export function writtenSlots(text: string | undefined, backend: string): readonly Slot[] {
  const section = new RegExp(`^(?:backend|listen) ${backend}\n((?: .*\n)*)`, 'm').exec(text ?? '')?.[1] ?? '';
  const pattern = /^ {2}server slot(\d+) (\S+):(\d+) id \d+ weight (\d+)( disabled)?/gm;
  return [...section.matchAll(pattern)].map(([, number, address, port, weight, disabled]) => ({
    number: Number(number),
    address: address ?? '',
    port: Number(port),
    weight: Number(weight),
    state: disabled !== undefined ? 'out' : weight === '0' ? 'drain' : 'ready',
  }));
}

/** What a slot says of the node that it is kept for; undefined while it points elsewhere. */
export function inSlots(slots: readonly Slot[], ordinal: number, address: string): Slot | undefined {
  return slots.find((slot) => slot.number === ordinal && slot.address === address);
}
