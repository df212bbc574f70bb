import { healthHost, healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import type { Answer, Wants } from '../model/observed.ts';
import type { EndpointState } from '../model/roster.ts';
import type { Vip } from '../model/vip.ts';
import { certificateFolder, folderQuestion } from './certificates.ts';
import { haproxy, keepalived, keepalivedPath } from './service.ts';
import type { Backend, Slot } from './slots.ts';
import { drainTrack } from './vrrp.ts';

/** What the balancer reads off its machine. */
export function wants(files: readonly string[], vips: readonly Vip[]): Wants {
  const shared = vips.length > 0;
  return {
    packages: shared ? ['haproxy', 'keepalived'] : ['haproxy'],
    files,
    services: shared ? [haproxy, keepalived] : [haproxy],
    questions: {
      ...(shared ? sharedQuestions(vips) : {}),
      [folderQuestion]: { kind: 'directory', path: certificateFolder },
      slots: { kind: 'runtime', socket: runtimeSocket, command: 'show servers state' },
      site: {
        kind: 'http',
        url: `http://127.0.0.1:${listen.http}${healthPath}`,
        headers: { host: healthHost },
        timeoutMs: siteTimeoutMs,
        // It may meet the very server that has just died: the roster must not wait for that.
        unhurried: true,
      },
    },
    texts: shared ? [configPath, keepalivedPath, drainTrack] : [configPath],
  };
}

/** How far a hand-over has come, and whether the address is here. */
function sharedQuestions(vips: readonly Vip[]): Wants['questions'] {
  const held = vips.map(({ address }) => [questionOf(address), { kind: 'address', address }] as const);
  return {
    info: { kind: 'runtime', socket: runtimeSocket, command: 'show info' },
    shed: { kind: 'runtime', socket: runtimeSocket, command: 'get var proc.shed' },
    ...Object.fromEntries(held),
  };
}

/** The key of the question whether a shared address is on this machine. */
export function questionOf(address: string): string {
  return `vip ${address}`;
}

export const runtimeSocket = '/run/haproxy/admin.sock';
export const configPath = '/etc/haproxy/haproxy.cfg';

/** Long enough for HAProxy's three attempts at a web server that is just being restarted. */
const siteTimeoutMs = 5_000;

/**
 * Bits of srv_admin_state in HAProxy 2.6's `show servers state` (include/haproxy/server-t.h). 0x04 only remembers that
 * the file had the server disabled at the start; it stays when the server is set ready.
 */
const maintenanceBits = 0x01 | 0x02 | 0x20;
const drainBits = 0x08 | 0x10;

/** The slots of a backend as HAProxy runs them; undefined where it did not answer. */
export function runningSlots(
  answer: Answer | undefined,
  backend: Backend = 'web',
): readonly Slot[] | undefined {
  if (answer?.ok !== true) return undefined;
  const [, header, ...rows] = answer.text.split('\n').filter((line) => line.trim() !== '');
  if (header === undefined || !header.startsWith('# ')) return undefined;
  const names = header.slice(2).split(' ');
  return rows
    .map((row) => new Map(row.split(' ').map((value, index) => [names[index] ?? '', value])))
    .filter((row) => row.get('be_name') === backend)
    .map(slotFrom);
}

function slotFrom(row: ReadonlyMap<string, string>): Slot {
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

/** The slots as the file has them for the next start; empty where it is not ours. */
export function writtenSlots(text: string | undefined): readonly Slot[] {
  const pattern = /^ {2}server slot(\d+) (\S+):(\d+) id \d+ weight (\d+)( disabled)? tcp-ut \w+$/gm;
  return [...(text ?? '').matchAll(pattern)].map(([, number, address, port, weight, disabled]) => ({
    number: Number(number),
    address: address ?? '',
    port: Number(port),
    weight: Number(weight),
    state: disabled !== undefined ? 'out' : weight === '0' ? 'drain' : 'ready',
  }));
}
