import { healthHost, healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import { type Slot, slotLine, slotName } from '../model/slots.ts';
import { lines, ownedBy } from '../model/text.ts';
import type { BalancerSettings } from './settings.ts';

export interface HaproxyInput {
  readonly settings: BalancerSettings;
  readonly maxConnections: number;
  /** One thread per core; HAProxy itself would count the host's and not what a cgroup leaves. */
  readonly threads: number;
  /** Whether it takes part in a shared address, and so may have to send its clients away. */
  readonly shares: boolean;
  readonly web: readonly Slot[];
}

/** How long a client may keep an idle connection: a page and its pictures, and the next click. */
export const keepAliveSeconds = 15;

/** Headers in which a client could claim to be another. By name: a pattern would cost three percent of all requests. */
const claims = ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Port', 'Forwarded', 'X-Real-IP'];

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
    frontend(input.shares),
    '',
    web(input.web),
    '',
    once(input.web),
  );
}

function global({ settings, maxConnections, threads, shares }: HaproxyInput): string[] {
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
    '  mworker-max-reloads 5',
    ...(shares ? ['  set-var proc.shed int(0)'] : []),
  ];
}

function defaults(settings: BalancerSettings): string[] {
  return [
    'defaults',
    '  mode http',
    '  log global',
    '  option httplog',
    '  option dontlog-normal',
    '  option forwardfor',
    '  timeout http-request 10s',
    `  timeout http-keep-alive ${keepAliveSeconds}s`,
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

/**
 * The same for what was sent and not acknowledged, in which time three repetitions of a lost packet fit. Not for what
 * has a body: a server that takes its time to read is as silent, and its clients' uploads would be cut.
 */
const silenceMs = 2_000;

function frontend(shares: boolean): string[] {
  return [
    'frontend http',
    `  bind *:${listen.http}`,
    // What a client says of itself is not passed on: applications believe these.
    ...claims.map((name) => `  http-request del-header ${name}`),
    '  http-request set-header X-Forwarded-Proto http',
    `  http-request deny deny_status 404 if { path ${healthPath} } !{ src 127.0.0.0/8 }`,
    // Switched over the socket: every client is told to close, and finds whoever has the address then.
    ...(shares
      ? ['  http-after-response set-header connection close if { var(proc.shed) -m int gt 0 }']
      : []),
    '  use_backend once unless METH_GET or { method HEAD OPTIONS }',
    '  default_backend web',
  ];
}

/** What may be repeated: over kept connections, and again when no answer comes. */
function web(slots: readonly Slot[]): string[] {
  return [
    'backend web',
    '  balance leastconn',
    '  retry-on conn-failure empty-response 503',
    '  option httpchk',
    `  http-check send meth GET uri ${healthPath} hdr Host ${healthHost}`,
    '  http-check expect status 200',
    // Down after three refusals: 2 s at the most, and a restart of half a second is ridden out by the retries.
    '  default-server check inter 1s fastinter 500ms downinter 500ms fall 3 rise 1',
    // By the line: HAProxy 2.6 does not take it over from default-server.
    ...slots.map((slot) => `${slotLine(slot)} tcp-ut ${silenceMs}ms`),
  ];
}

/**
 * What may not be repeated, over a connection of its own: a kept one may be closed by the server, or be dead, at the
 * very moment it is used, and nobody could tell whether the request was taken. What fails to connect was not.
 */
function once(slots: readonly Slot[]): string[] {
  return [
    'backend once',
    '  balance leastconn',
    '  retry-on conn-failure',
    '  http-reuse never',
    '  option http-server-close',
    ...slots.map((slot) => `${slotLine(slot)} track web/${slotName(slot.number)}`),
  ];
}
