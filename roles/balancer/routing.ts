import type { CachedSettings } from '../model/cached.ts';
import { staticHeader } from '../model/cached.ts';
import { healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import { slotCount, slotName } from '../model/slots.ts';

/** One request in so many asks the cache again whether a URL that goes past it may be stored by now. */
const askAgain = 128;

/** The host a request is for, as rules and nginx have it: small letters, no port. */
export const hostSample = 'req.hdr(host),field(1,:),lower';

/**
 * Where a request goes, for every frontend that users reach: what may not be repeated to a web server over a connection of
 * its own; what may be stored, and belongs to nobody, to the caches; the rest to the web servers. URLs whose answers
 * must not be stored are remembered, and go straight to the web servers too. While none of these passes its check, all go
 * to any of them.
 */
export function routing(settings: CachedSettings): string[] {
  const { sessionCookies, staticHost } = settings;
  return [
    ...(staticHost === null ? [] : staticRules(staticHost, settings.staticSite)),
    // Whether there is a cache is looked up, so that the first and the last one need no reload.
    ...Array.from(
      { length: slotCount },
      (_, index) => `  acl cached srv_is_up(cache/${slotName(index + 1)})`,
    ),
    ...noneUp,
    '  acl reads method GET HEAD',
    '  acl personal req.hdr(authorization) -m found',
    `  acl personal req.hdr(cookie) -i -m sub ${sessionCookies.join(' ')}`,
    '  http-request set-var(txn.url) url32',
    '  http-request set-var(txn.passed) bool(true) if { var(txn.url),table_gpt0(pages) gt 0 }',
    '  acl passed var(txn.passed) -m found',
    `  use_backend anyway if none_up { path ${healthPath} }`,
    `  use_backend web if { path ${healthPath} }`,
    ...(staticHost === null
      ? []
      : [`  use_backend cache if reads cached { req.hdr(${staticHeader}) -m found }`]),
    // What is asked for most comes first.
    '  use_backend cache if reads cached !personal !passed',
    '  use_backend anyway if none_up',
    '  use_backend once unless METH_GET or { method HEAD OPTIONS }',
    `  use_backend cache if reads cached !personal { rand(${askAgain}) eq 0 }`,
    '  default_backend web',
  ];
}

/** No web server passes its check. */
const noneUp = ['  acl none_up nbsrv(web) eq 0'];

function staticRules(host: string, site: string | null): string[] {
  return [
    `  acl static ${hostSample} -m str ${host}`,
    `  http-request add-header ${staticHeader} 1 if static`,
    '  http-request del-header Cookie if static',
    '  http-request del-header Authorization if static',
    // The last: conditions are looked at anew each time.
    ...(site === null ? [] : [`  http-request set-header Host ${site} if static`]),
  ];
}

/**
 * For caches alone: what they have not stored comes from the balancer that asks them, with all its care. A stored answer
 * keeps the second at which it came from its web server where its age will be told, so that there is one header less to
 * take away.
 */
export function originFrontend(): string[] {
  return [
    'frontend origin',
    `  bind *:${listen.origin}`,
    '  http-response set-header Age %[date]',
    ...noneUp,
    '  use_backend anyway if none_up',
    '  default_backend web',
  ];
}
