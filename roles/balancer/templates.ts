import type { Slot } from '../model/slots.ts';
import { lines, ownedBy } from '../model/text.ts';
import { answersTable } from './answers.ts';
import { anywayBackend, cacheBackend, onceBackend, pagesTable, webBackend } from './backends.ts';
import { type FrontendInput, frontends, tlsDefaults } from './frontends.ts';
import { originFrontend } from './routing.ts';
import type { BalancerSettings } from './settings.ts';

export interface HaproxyInput extends Omit<FrontendInput, 'settings'> {
  readonly settings: BalancerSettings;
  readonly maxConnections: number;
  /** One thread per core; HAProxy itself would count the host's and not what a cgroup leaves. */
  readonly threads: number;
  readonly web: readonly Slot[];
  /** The caches and, behind them, the web servers that stand in for them. */
  readonly cache: readonly Slot[];
}

/** How long a client may keep an idle connection: a page and its pictures, and the next click. */
export const keepAliveSeconds = 15;

/** A client that says nothing for so long, in the middle of a request, is gone. */
const clientTimeoutSeconds = 60;

/** What a worker needs beside its longest request to end in order. */
const stopSpareSeconds = 10;

/** haproxy.cfg, whole. */
export function haproxyConfig(input: HaproxyInput): string {
  return lines(
    ownedBy('balancer'),
    '',
    global(input),
    '',
    defaults(input.settings),
    '',
    frontends(input),
    '',
    originFrontend(),
    '',
    webBackend(input.web),
    '',
    onceBackend(input.web),
    '',
    anywayBackend(input.web),
    '',
    cacheBackend(input.cache, input.settings.requestTimeoutSeconds),
    '',
    pagesTable(),
    '',
    answersTable(),
  );
}

function global({ settings, maxConnections, threads, shares, tls }: HaproxyInput): string[] {
  const longestSeconds = Math.max(clientTimeoutSeconds, settings.requestTimeoutSeconds);
  return [
    'global',
    // Through the standard output the journal has it, also from within the chroot.
    '  log stdout format raw daemon notice',
    '  chroot /var/lib/haproxy',
    '  user haproxy',
    '  group haproxy',
    '  stats socket /run/haproxy/admin.sock mode 600 level admin',
    `  nbthread ${threads}`,
    `  maxconn ${maxConnections}`,
    // Workers of a former configuration end when their longest request has had its time.
    `  hard-stop-after ${longestSeconds + stopSpareSeconds}s`,
    '  mworker-max-reloads 10',
    ...(shares ? ['  set-var proc.shed int(0)'] : []),
    ...(tls === undefined ? [] : tlsDefaults),
  ];
}

function defaults(settings: BalancerSettings): string[] {
  return [
    'defaults',
    '  mode http',
    '  log global',
    '  option httplog',
    '  option dontlog-normal',
    '  timeout http-request 10s',
    `  timeout http-keep-alive ${keepAliveSeconds}s`,
    // At a reload a kept connection that is idle is not cut, for a request may be on its way on it just then: it gets its
    // answer from the former worker, and is closed with that.
    '  option idle-close-on-response',
    // Nobody to answer for so long is another server's turn; it is also the pause before one that refused is asked again.
    '  timeout connect 500ms',
    `  timeout client ${clientTimeoutSeconds}s`,
    `  timeout server ${settings.requestTimeoutSeconds}s`,
    '  timeout queue 10s',
    '  timeout tunnel 1h',
    '  timeout check 2s',
    // A connection that fails costs nobody a request: another server is asked, or the only one for 3 s, a restart long.
    '  retries 6',
    '  option redispatch 1',
    ...deadConnections,
  ];
}

/**
 * A server that loses its power says no word more. What is under way there is known to be lost after 2 to 3 s of
 * silence of its kernel, and not of its PHP, which may think for a minute: the kernel answers a probe each second.
 */
const deadConnections = [
  '  option srvtcpka',
  '  srvtcpka-idle 1s',
  '  srvtcpka-intvl 1s',
  '  srvtcpka-cnt 2',
];
