import { healthHost, healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import type { Wants } from '../model/observed.ts';
import { selfOf, type View } from '../model/view.ts';
import { type Vip, vipsOf } from '../model/vip.ts';
import { certificateFolder, folderQuestion } from './certificates.ts';
import { purgeQuestions } from './purges.ts';
import { haproxy, keepalived, keepalivedPath, runtimeSocket } from './service.ts';
import { drainTrack } from './vrrp.ts';

/** What the balancer reads off its machine. */
export function wants(files: readonly string[], view: View): Wants {
  const vips = vipsOf(view);
  const shared = vips.length > 0;
  return {
    packages: shared ? ['haproxy', 'keepalived'] : ['haproxy'],
    files,
    services: shared ? [haproxy, keepalived] : [haproxy],
    questions: {
      ...(shared ? sharedQuestions(vips) : {}),
      ...(shared ? { own: { kind: 'address', address: selfOf(view).record.address } as const } : {}),
      [folderQuestion]: { kind: 'directory', path: certificateFolder },
      ...purgeQuestions,
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

export const configPath = '/etc/haproxy/haproxy.cfg';

/** Long enough for HAProxy's three attempts at a web server that is just being restarted. */
const siteTimeoutMs = 5_000;
