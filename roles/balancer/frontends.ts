import { type CachedSettings, ownHeaders } from '../model/cached.ts';
import { healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import type { ServedCertificates } from './certificates.ts';
import { routing } from './routing.ts';
import type { BalancerSettings } from './settings.ts';

export interface FrontendInput {
  readonly settings: Pick<BalancerSettings, 'https' | 'hstsDays'>;
  /** Whether it takes part in a shared address, and so may have to send its clients away. */
  readonly shares: boolean;
  /** What is stored by caches, and what never. */
  readonly cached: CachedSettings;
  /** Absent without a certificate: then nothing listens on 443. */
  readonly tls?: ServedCertificates;
  /** Of the ACME account's key; with it every challenge is answered. */
  readonly thumbprint?: string;
}

/**
 * Headers in which a client could claim to be another, or speak as a balancer. By names and beginnings: a regular
 * expression would cost three percent of all requests.
 */
const claims = ['X-Forwarded- -m beg', 'Forwarded', 'X-Real-IP', `${ownHeaders} -m beg`];

const secondsPerDay = 86_400;

/** As many names as fit into one line of HAProxy's, which holds 64 words. */
const namesPerLine = 40;

/** Who listens on 80 and, with a certificate, on 443. */
export function frontends(input: FrontendInput): string[] {
  const { tls } = input;
  return tls === undefined ? plain(input) : [...plain(input), '', ...secure(input, tls)];
}

/**
 * For `global`: Mozilla's "intermediate" of 2023 (TLS 1.2 and 1.3, forward secrecy for all), without the few that need
 * parameters of their own. Clients choose, since those without AES in hardware know it best.
 */
export const tlsDefaults = [
  `  ssl-default-bind-ciphers ${['ECDHE-ECDSA', 'ECDHE-RSA']
    .flatMap((exchange) =>
      ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map(
        (cipher) => `${exchange}-${cipher}`,
      ),
    )
    .join(':')}`,
  '  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  '  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets prefer-client-ciphers',
];

function plain(input: FrontendInput): string[] {
  return [
    'frontend http',
    `  bind *:${listen.http}`,
    ...challenges(input.thumbprint),
    ...redirects(input),
    ...common(input, 'http'),
  ];
}

function secure(input: FrontendInput, { list }: ServedCertificates): string[] {
  const hstsSeconds = input.settings.hstsDays * secondsPerDay;
  return [
    'frontend https',
    `  bind *:${listen.https} ssl crt-list ${list} alpn h2,http/1.1`,
    ...(hstsSeconds > 0
      ? [`  http-after-response set-header Strict-Transport-Security max-age=${hstsSeconds}`]
      : []),
    ...common(input, 'https'),
  ];
}

/**
 * A challenge of an ACME authority is answered from the key's thumbprint alone: whichever balancer is asked, nothing has
 * to reach it first. Nothing else may stand in the answer.
 */
function challenges(thumbprint: string | undefined): string[] {
  if (thumbprint === undefined) return [];
  const path = '^/\\.well-known/acme-challenge/[A-Za-z0-9_-]+$';
  return [
    `  http-request return status 200 content-type text/plain lf-string "%[path,field(-1,/)].${thumbprint}" if { path_reg ${path} }`,
  ];
}

/** To https for the names that a certificate speaks for; other names stay as they are. The method is kept. */
function redirects({ settings, tls }: FrontendInput): string[] {
  if (tls === undefined || settings.https !== 'redirect') return [];
  const exact = tls.domains.filter((domain) => !domain.startsWith('*.'));
  const wild = tls.domains.filter((domain) => domain.startsWith('*.'));
  return [
    ...inLines(exact).map((names) => `  acl secure_name hdr(host),field(1,:),lower -m str ${names}`),
    ...wild.map((domain) => `  acl secure_name hdr(host),field(1,:),lower -m reg ${oneLabel(domain)}`),
    '  http-request redirect scheme https code 301 if secure_name METH_GET',
    '  http-request redirect scheme https code 308 if secure_name',
  ];
}

/** A wildcard stands for one label, not for several. */
function oneLabel(domain: string): string {
  return `^[^.]+${domain.slice(1).replaceAll('.', '\\.')}$`;
}

function inLines(names: readonly string[]): string[] {
  const count = Math.ceil(names.length / namesPerLine);
  return Array.from({ length: count }, (_, line) =>
    names.slice(line * namesPerLine, (line + 1) * namesPerLine).join(' '),
  );
}

function common({ shares, cached }: FrontendInput, scheme: 'http' | 'https'): string[] {
  return [
    // What a client says of itself is not passed on: applications believe these.
    ...claims.map((name) => `  http-request del-header ${name}`),
    '  option forwardfor',
    `  http-request add-header X-Forwarded-Proto ${scheme}`,
    `  http-request deny deny_status 404 if { path ${healthPath} } !{ src 127.0.0.0/8 }`,
    // Switched over the socket: every client is told to close, and finds whoever has the address then.
    ...(shares
      ? ['  http-after-response set-header connection close if { var(proc.shed) -m int gt 0 }']
      : []),
    ...routing(cached),
  ];
}
