import { againHeader, staticHeader, versionHeader } from '../model/cached.ts';
import { healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import { lines, ownedBy } from '../model/text.ts';
import { judgement } from './judgement.ts';
import { errorLog, nginxPidFile, pagesDirectory, poolArguments } from './service.ts';

export interface NginxInput {
  readonly address: string;
  readonly workers: number;
  readonly connections: number;
  readonly keysMiB: number;
  readonly pagesMiB: number;
  readonly freeMiB: number;
  readonly fileSeconds: number;
  readonly staticHost: boolean;
  /** Addresses of balancers to whom connections are kept. */
  readonly balancers: readonly string[];
}

/** A page that nobody asked for in a week goes, fresh or not. */
const forgottenDays = 7;

/**
 * Who asks for a page that is just being fetched waits so long for it, then fetches it too. nginx lets those who wait
 * for what turns out not to be storable go one by one each half second: longer than this must not cost them.
 */
const coalesceSeconds = 2;

/** Larger files are not stored: one of them would push thousands of others out. Their sizes have ten digits and more. */
const largestDigits = 9;

/**
 * Stored pages that are asked for stay open, and cost no look through folders each time. One that was replaced is another
 * file, which nginx knows by its number; one that was thrown away gives its room back so much later. Few connections
 * mean that few files may be open.
 */
const mostOpenPages = 1_000;
const openSeconds = 10;

/** Files under the host name for static files. */
const hardDays = 7;
const browserSeconds = 3_600;

/** The balancer ends what takes too long, by its own setting, which is an hour at the most. */
const readSeconds = 3_700;

/** nginx.conf, whole: Debian's includes of modules and sites are not used. */
export function nginxConfig(input: NginxInput): string {
  return lines(
    ownedBy('cache'),
    'user www-data;',
    `worker_processes ${input.workers};`,
    `worker_rlimit_nofile ${input.connections * 2};`,
    `pid ${nginxPidFile};`,
    `error_log ${errorLog} warn;`,
    'pcre_jit on;',
    'events {',
    `  worker_connections ${input.connections};`,
    '}',
    'http {',
    '  access_log off;',
    '  server_tokens off;',
    '  # Most answers are small: read, and written in one go with their headers, they take fewer calls of the kernel.',
    '  sendfile off;',
    `  open_file_cache max=${Math.min(mostOpenPages, Math.floor(input.connections / 4))} inactive=${openSeconds}s;`,
    '  open_file_cache_min_uses 2;',
    '  default_type application/octet-stream;',
    '  # Longer than a balancer keeps an idle connection, so that it never sends into one that is closing.',
    '  keepalive_timeout 75s;',
    '  keepalive_requests 1000000;',
    '  # Uploads do not come here.',
    '  client_max_body_size 1m;',
    '',
    ...origins(input.balancers),
    '',
    judgement(),
    ...(input.staticHost ? sharedFor : []),
    '  map $upstream_http_content_length $large {',
    '    default 0;',
    `    "~^\\d{${largestDigits + 1},}$" 1;`,
    '  }',
    '',
    `  proxy_cache_path ${pagesDirectory} levels=1:2 keys_zone=pages:${input.keysMiB}m max_size=${input.pagesMiB}m`,
    `    min_free=${input.freeMiB}m inactive=${forgottenDays}d use_temp_path=off;`,
    '',
    '  server {',
    `    listen ${input.address}:${listen.cache} default_server backlog=4096;`,
    ...(input.staticHost ? ['    error_page 418 = @static;'] : []),
    `    location = ${healthPath} {`,
    '      default_type text/plain;',
    '      return 200 "ok\\n";',
    '    }',
    '    location / {',
    ...(input.staticHost ? [`      if (${variable(staticHeader)}) { return 418; }`] : []),
    ...fetching,
    `      proxy_cache_valid 200 ${input.fileSeconds}s;`,
    '      proxy_no_cache $pass $large;',
    '    }',
    ...(input.staticHost ? staticLocation : []),
    '  }',
    '}',
  );
}

/**
 * What is not stored is asked of the balancer that asks: it knows who is well now, and how to lose no request. A cache
 * has no roster of its own.
 */
function origins(balancers: readonly string[]): string[] {
  const name = (address: string): string => `balancer_${address.replaceAll('.', '_')}`;
  return [
    ...balancers.flatMap((address) => [
      `  upstream ${name(address)} {`,
      `    server ${address}:${listen.origin} max_fails=0;`,
      '    keepalive 64;',
      '    # Shorter than the balancer keeps it.',
      '    keepalive_timeout 10s;',
      '  }',
    ]),
    '  map $remote_addr $asking {',
    `    default $remote_addr:${listen.origin};`,
    ...balancers.map((address) => `    ${address} ${name(address)};`),
    '  }',
  ];
}

/** `X-Some-Header` as nginx calls it. */
function variable(header: string): string {
  return `$http_${header.toLowerCase().replaceAll('-', '_')}`;
}

/** What browsers are told of a static file whose web server says nothing. */
const sharedFor = [
  '  map $upstream_http_cache_control $shared_for {',
  '    default "";',
  `    "" "public, max-age=${browserSeconds}";`,
  '  }',
];

const fetching = [
  '      proxy_pass http://$asking;',
  '      proxy_http_version 1.1;',
  '      proxy_set_header Connection "";',
  '      proxy_set_header Host $http_host;',
  '      proxy_connect_timeout 500ms;',
  `      proxy_read_timeout ${readSeconds}s;`,
  '      proxy_cache pages;',
  `      proxy_cache_key "$http_x_forwarded_proto $host $request_uri ${variable(versionHeader)} $http_accept_encoding ${variable(staticHeader)}";`,
  `      proxy_cache_bypass ${variable(againHeader)};`,
  '      proxy_cache_lock on;',
  `      proxy_cache_lock_timeout ${coalesceSeconds}s;`,
  '      proxy_cache_revalidate on;',
  '      proxy_cache_background_update on;',
  '      proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;',
  '      # Words of a web server to an nginx in front of it: without a cache nobody would follow them either.',
  '      proxy_ignore_headers X-Accel-Expires X-Accel-Redirect X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;',
  '      add_header X-Cache $x_cache always;',
  '      add_header Connection $ends always;',
];

const staticLocation = [
  '    # Everything under the host name for static files, whatever its headers say of cookies and of caches.',
  '    location @static {',
  ...fetching.filter((line) => !line.includes('proxy_ignore_headers')),
  '      proxy_ignore_headers X-Accel-Expires X-Accel-Redirect X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset Set-Cookie Cache-Control Expires Vary;',
  `      proxy_cache_valid 200 ${hardDays}d;`,
  '      proxy_cache_valid 404 10s;',
  '      proxy_hide_header Set-Cookie;',
  '      proxy_no_cache $large;',
  '      # Fonts and scripts of another host name are used only where it says so.',
  '      add_header Access-Control-Allow-Origin * always;',
  '      add_header Cache-Control $shared_for;',
  '    }',
];

/** memcached's arguments as Debian's start script reads them. */
export function poolConfig(address: string, mib: number): string {
  const words = poolArguments(address, mib);
  const pairs = words.flatMap((word, index) =>
    index % 2 === 0 ? [`${word} ${words[index + 1] ?? ''}`] : [],
  );
  return lines(ownedBy('cache'), pairs);
}
