import { type Certificate, type CertificateOrder, certificateSecret } from '../../roles/model/certificate.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { type DecisionSet, decode } from '../store/codec.ts';
import { certificateKey, orderKey, secretKey } from '../store/keys.ts';
import type { Change } from './change.ts';

/** What is asked of an authority. */
export interface CertificateRequest {
  readonly name: string;
  readonly domains: readonly string[];
  /** `operator`, or `app NAME`. */
  readonly requestedBy: string;
}

/** The secret that holds the key of a certificate that is still being obtained. */
export function orderSecret(name: string): string {
  return `acme-key-${name}`;
}

/** `cert request`: the leader obtains it from then on. Throws `certificate-refused`. */
export function requestCertificate(
  snapshot: Snapshot,
  { name, domains, requestedBy }: CertificateRequest,
  now: Date,
): Change {
  const set = decode(snapshot);
  const wild = domains.find((domain) => domain.startsWith('*.'));
  if (wild !== undefined) {
    throw refused(
      `${wild} cannot be obtained`,
      'an authority asks for a wildcard in the DNS, which muster does not write',
      'muster cert set, with a certificate from elsewhere',
    );
  }
  refuseShared(set, name, domains);
  refuseFewer(set, name, domains);
  const order: CertificateOrder = {
    domains: [...domains],
    requestedBy,
    failures: 0,
    nextTryAt: now.toISOString(),
  };
  return putOrder(
    snapshot,
    name,
    order,
    `a certificate for ${domains.join(', ')} is being obtained as ${name}`,
  );
}

/** Those of these domains that no certificate speaks for, and none is being obtained for. */
export function domainsWithout(snapshot: Snapshot, domains: readonly string[]): readonly string[] {
  const { certificates, orders } = decode(snapshot);
  const spoken = new Set(
    [...Object.values(orders), ...Object.values(certificates)].flatMap((one) => one.domains),
  );
  return domains.filter((domain) => !spoken.has(domain) && !spoken.has(domain.replace(/^[^.]+/, '*')));
}

/** `cert renew`: at once, also where a failure would have it wait. Throws `not-found`, `certificate-refused`. */
export function renewCertificate(snapshot: Snapshot, name: string, now: Date): Change {
  const { certificates, orders } = decode(snapshot);
  const order = orders[name];
  const nextTryAt = now.toISOString();
  if (order !== undefined) {
    return putOrder(snapshot, name, { ...order, nextTryAt }, `${name} is tried again now`);
  }
  const certificate = certificates[name] ?? missing(certificates, name);
  if (certificate.source === 'own') {
    throw refused(
      `${name} is not renewed by muster`,
      'it was brought by the operator',
      'muster cert set, with the next one',
    );
  }
  return putOrder(snapshot, name, renewalOf(certificate, now), `${name} is being renewed`);
}

/** `cert rm`: the certificate, its key, and what was under way for it. Throws `not-found`. */
export function removeCertificate(snapshot: Snapshot, name: string): Change {
  const { certificates, orders } = decode(snapshot);
  const domains = (certificates[name] ?? orders[name] ?? missing(certificates, name)).domains;
  const keys = [
    certificateKey(name),
    secretKey(certificateSecret(name)),
    orderKey(name),
    secretKey(orderSecret(name)),
  ];
  const present = keys.filter((key) => snapshot.entries[key] !== undefined);
  return {
    transaction: { conditions: keys.map((key) => conditionOn(snapshot, key)), remove: present },
    sentences: [`${name} is removed: ${domains.join(', ')} is served by http alone`],
  };
}

/** The part of `cert set` that is not secret. Throws `certificate-refused` where names would be lost or doubled. */
export function setCertificate(snapshot: Snapshot, name: string, certificate: Certificate): Change {
  const set = decode(snapshot);
  refuseShared(set, name, certificate.domains);
  refuseFewer(set, name, certificate.domains);
  const before = set.certificates[name];
  const key = certificateKey(name);
  const done = before === undefined ? 'is served' : 'is replaced';
  const sentence = `${name} ${done}: ${certificate.domains.join(', ')}, until ${certificate.notAfter.slice(0, 10)}`;
  return {
    transaction: {
      conditions: [conditionOn(snapshot, key), conditionOn(snapshot, orderKey(name))],
      put: { [key]: JSON.stringify(certificate) },
      // Whoever brings one does not wait for another.
      remove: [orderKey(name), secretKey(orderSecret(name))].filter(
        (one) => snapshot.entries[one] !== undefined,
      ),
    },
    sentences: [sentence],
  };
}

/** One third of the lifetime: as the authorities advise, a month of ninety days to notice that it fails. */
const renewalShare = 1 / 3;

/** Begins to renew what was obtained and has a third of its time left. */
export function renewals(snapshot: Snapshot, now: Date): readonly Change[] {
  const { certificates, orders } = decode(snapshot);
  return Object.entries(certificates)
    .filter(([name, certificate]) => certificate.source === 'acme' && orders[name] === undefined)
    .filter(([, certificate]) => shareLeft(certificate, now) < renewalShare)
    .map(([name, certificate]) =>
      putOrder(
        snapshot,
        name,
        renewalOf(certificate, now),
        `${name} ends at ${certificate.notAfter}: it is being renewed`,
      ),
    );
}

/** How much of its lifetime a certificate has before it; 0 and below once it has ended. */
function shareLeft({ notBefore, notAfter }: Certificate, now: Date): number {
  const lifetimeMs = Date.parse(notAfter) - Date.parse(notBefore);
  return (Date.parse(notAfter) - now.getTime()) / lifetimeMs;
}

/**
 * Minutes to wait after so many failures in a row. An authority counts: five failed proofs of a name in an hour are as
 * many as the strictest takes.
 */
const pausesMinutes = [1, 5, 15, 60, 180, 360, 720, 1_440] as const;
const longestPauseMinutes = 1_440;
const minuteMs = 60_000;

/** An order after a failure: begun anew, later each time. `retryAfterMs`: how long the authority wants to be left alone. */
export function failedOrder(
  { domains, requestedBy, failures }: CertificateOrder,
  trouble: string,
  now: Date,
  retryAfterMs = 0,
): CertificateOrder {
  const pauseMs = (pausesMinutes[failures] ?? longestPauseMinutes) * minuteMs;
  const nextTryAt = new Date(now.getTime() + Math.max(pauseMs, retryAfterMs)).toISOString();
  return { domains, requestedBy, failures: failures + 1, nextTryAt, trouble };
}

function renewalOf({ domains, requestedBy }: Certificate, now: Date): CertificateOrder {
  return { domains, requestedBy, failures: 0, nextTryAt: now.toISOString() };
}

function putOrder(snapshot: Snapshot, name: string, order: CertificateOrder, sentence: string): Change {
  const key = orderKey(name);
  return {
    transaction: {
      conditions: [conditionOn(snapshot, key), conditionOn(snapshot, certificateKey(name))],
      put: { [key]: JSON.stringify(order) },
    },
    sentences: [sentence],
  };
}

/** A name in two certificates: nobody could say which one users see. */
function refuseShared({ certificates, orders }: DecisionSet, name: string, domains: readonly string[]): void {
  const others = Object.entries({ ...orders, ...certificates }).filter(([other]) => other !== name);
  for (const [other, { domains: taken }] of others) {
    const shared = domains.find((domain) => taken.includes(domain));
    if (shared === undefined) continue;
    throw refused(
      `${shared} is in the certificate ${other} already`,
      'two certificates for one name would take turns',
      `the same command with --name ${other}, or first: muster cert rm ${other}`,
    );
  }
}

/** A replacement must not turn users away who are served now. */
function refuseFewer({ certificates }: DecisionSet, name: string, domains: readonly string[]): void {
  const lost = certificates[name]?.domains.filter((domain) => !domains.includes(domain)) ?? [];
  if (lost.length === 0) return;
  throw refused(
    `${name} would no longer speak for ${lost.join(', ')}`,
    `the certificate is for ${domains.join(', ')}`,
    `the same command with another --name, or first: muster cert rm ${name}`,
  );
}

function refused(what: string, why: string, next: string): MusterError {
  return new MusterError('certificate-refused', { what, why: `${why}; nothing was changed`, next });
}

function missing(certificates: DecisionSet['certificates'], name: string): never {
  const names = Object.keys(certificates);
  throw new MusterError('not-found', {
    what: `there is no certificate ${name}`,
    why: names.length === 0 ? 'there is none at all' : `there are ${names.join(', ')}`,
    next: 'muster cert ls',
  });
}

function conditionOn(snapshot: Snapshot, key: string): { key: string; modRevision: number } {
  return { key, modRevision: snapshot.entries[key]?.modRevision ?? 0 };
}
