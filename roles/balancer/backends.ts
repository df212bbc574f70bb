import { againHeader, hit, passed, versionHeader } from '../model/cached.ts';
import { healthHost, healthPath } from '../model/health-path.ts';
import { type Slot, slotCount, slotLine, slotName } from '../model/slots.ts';
import { countingRules } from './answers.ts';
import { prefixesPath, urlsPath } from './purges.ts';
import { hostSample } from './routing.ts';

/**
 * A server that lost its power is also known by what was sent and not acknowledged for so long; three
 * repetitions of a lost packet fit in. Not for what has a body: a server that takes its time to read is as silent, and
 * its clients' uploads would be cut.
 */
const silenceMs = 2_000;

/**
 * Text is made smaller here, once: what a cache stores comes through here too. Brotli would do it anew for every answer.
 */
const compression = [
  '  compression algo gzip',
  '  compression type text/html text/plain text/css text/xml text/javascript application/javascript application/json application/xml application/manifest+json image/svg+xml',
];

/** What may be repeated: over kept connections, and again when no answer comes. */
export function webBackend(slots: readonly Slot[]): string[] {
  return [
    'backend web',
    '  balance leastconn',
    '  retry-on conn-failure empty-response 503',
    '  option httpchk',
    `  http-check send meth GET uri ${healthPath} hdr Host ${healthHost}`,
    '  http-check expect status 200',
    ...compression,
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
    ...compression,
    ...slots.map((slot) => `${slotLine(slot)} track web/${slotName(slot.number)}`),
  ];
}

/**
 * What each web server gets at a time while none passes its check: as much as the smallest works on at once
 * (roles/web/sizing.ts). With more it would never get through what it has, and not answer a check again.
 */
const mostAnyway = 4;

/**
 * Every web server of the roster, whatever the checks say: where a request goes while none passes its own. Servers that
 * have too much to do fail it too, one after the other, each with the load of the one before: a few pages are better than
 * none. What waits too long is refused, and who has given up is not worked for. Whoever is truly gone takes no connection,
 * and costs a retry.
 */
export function anywayBackend(slots: readonly Slot[]): string[] {
  return [
    'backend anyway',
    '  balance leastconn',
    '  retry-on conn-failure',
    '  http-reuse never',
    '  option http-server-close',
    '  option abortonclose',
    ...compression,
    ...slots.map((slot) => `${slotLine(slot)} maxconn ${mostAnyway}`),
  ];
}

/** URLs whose answers must not be stored are remembered so long after the cache said so last. */
const passedMinutes = 10;
/** Some 60 bytes each; when it is full the oldest go. */
const mostPassed = '100k';

export function pagesTable(): string[] {
  return [
    'backend pages',
    `  stick-table type integer size ${mostPassed} expire ${passedMinutes}m store gpt0`,
  ];
}

/**
 * The caches, one for each URL: so that each keeps a part of all pages, and not each all of them. While none of them is
 * up, and for a request that has just met the end of the last one, the web servers stand in; their slots follow the ones
 * of `web`, `slotCount` higher.
 */
export function cacheBackend(slots: readonly Slot[], requestTimeoutSeconds: number): string[] {
  const caches = slots.filter(({ number }) => number <= slotCount);
  const webs = slots.filter(({ number }) => number > slotCount);
  return [
    'backend cache',
    // Without the host, which HTTP/2 writes into the URL: both protocols find the same cache.
    '  balance uri whole path-only',
    '  hash-type consistent',
    '  hash-balance-factor 150',
    '  option allbackups',
    '  retry-on conn-failure empty-response',
    // The balancer itself, behind the cache, is to be the first that loses patience.
    `  timeout server ${requestTimeoutSeconds + 5}s`,
    ...versionRules,
    ...answerRules,
    ...countingRules,
    '  option httpchk',
    `  http-check send meth GET uri ${healthPath} hdr Host ${healthHost}`,
    '  http-check expect status 200',
    ...webs.map((slot) => `${slotLine(slot)} track web/${slotName(slot.number - slotCount)} backup`),
    // A cache is easily done without: three connections that fail, and it is out until its next good check.
    '  default-server check inter 1s fastinter 500ms downinter 500ms fall 3 rise 1 observe layer4 error-limit 3 on-error mark-down',
    ...caches.map((slot) => `${slotLine(slot)} tcp-ut ${silenceMs}ms`),
  ];
}

/**
 * Copies count from a version on (roles/model/cache.ts); and there are two of a page, small and plain. nginx could not see to
 * the second: with `Vary` it tells copies apart by the header as it came.
 */
const versionRules = [
  // One variable: each is memory that is asked for and given back with each request.
  `  http-request set-var-fmt(txn.at) /%[${hostSample}]%[pathq]`,
  `  http-request add-header ${versionHeader} %[var(txn.at),map_beg(${prefixesPath},0)].%[var(txn.at),map_str(${urlsPath},0)]`,
  '  acl packs req.fhdr(accept-encoding) -m sub gzip',
  '  http-request del-header Accept-Encoding unless packs',
  '  http-request set-header Accept-Encoding gzip if packs',
  `  http-request add-header ${againHeader} 1 if { var(txn.passed) -m found }`,
];

/**
 * The age is told; and what must not be stored is remembered, and forgotten where it may be after all. Hits are nearly all
 * answers, and have no more to go through.
 */
const answerRules = [
  // By its slot: the web servers that stand in may tell an age of their own.
  `  acl from_cache srv_id le ${slotCount}`,
  // As a number, which needs no memory of its own.
  '  http-response set-var(txn.stored) res.fhdr(Age),add(0) if from_cache',
  '  http-response set-header Age %[date,sub(txn.stored)] if { var(txn.stored) -m found }',
  '  acl was_passed var(txn.passed) -m found',
  `  http-response allow if { res.fhdr(X-Cache) -m str ${hit} } !was_passed`,
  `  acl pass res.fhdr(X-Cache) -m str ${passed}`,
  '  http-response track-sc0 var(txn.url) table pages if pass',
  '  http-response sc-set-gpt0(0) 1 if pass',
  '  http-response track-sc0 var(txn.url) table pages if was_passed !pass',
  '  http-response sc-set-gpt0(0) 0 if was_passed !pass',
];
