import { healthHost, healthPath } from '../model/health-path.ts';
import { type Slot, slotLine, slotName } from '../model/slots.ts';

/**
 * A server that lost its power is also known by what was sent and not acknowledged for so long; three
 * repetitions of a lost packet fit in. Not for what has a body: a server that takes its time to read is as silent, and
 * its clients' uploads would be cut.
 */
const silenceMs = 2_000;

/** What may be repeated: over kept connections, and again when no answer comes. */
export function webBackend(slots: readonly Slot[]): string[] {
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
export function onceBackend(slots: readonly Slot[]): string[] {
  return [
    'backend once',
    '  balance leastconn',
    '  retry-on conn-failure',
    '  http-reuse never',
    '  option http-server-close',
    ...slots.map((slot) => `${slotLine(slot)} track web/${slotName(slot.number)}`),
  ];
}
