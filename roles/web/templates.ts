import { healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import { paths } from '../model/paths.ts';
import { lines, ownedBy } from '../model/text.ts';
import { accessLog, apachePidFile, errorLog, fpmSocket } from './service.ts';
import { sessionIni } from './sessions.ts';
import type { WebSettings } from './settings.ts';
import { serverLimit, threadsPerChild } from './sizing.ts';

/** Modules in use, each with what it is for; Debian builds the logging ones in. */
const modules = {
  mpm_event: 'keeps idle connections without a thread each',
  authz_core: 'Require',
  alias: 'the health page',
  dir: 'index.php for a folder',
  mime: 'content types of static files',
  proxy: 'PHP, together with the next',
  proxy_fcgi: 'PHP through its socket',
  remoteip: "the client's address from behind the balancer",
  reqtimeout: 'ends clients that send too slowly',
  rewrite: 'static files of the release before, and what applications say',
  headers: 'what applications say of caching and safety',
  expires: 'the same by type of file',
  setenvif: 'tells PHP that a visitor came over TLS',
};

export interface ApacheInput {
  readonly hostname: string;
  readonly address: string;
  readonly threads: number;
  readonly settings: WebSettings;
  /** Addresses whose word on the client's address counts. */
  readonly balancers: readonly string[];
}

/** apache2.conf, whole: Debian's own includes of modules and sites are not used. */
export function apacheConfig(input: ApacheInput): string {
  return lines(
    ownedBy('web'),
    `ServerName ${input.hostname}`,
    'ServerRoot /etc/apache2',
    'DefaultRuntimeDir /run',
    `PidFile ${apachePidFile}`,
    'User www-data',
    'Group www-data',
    `Listen ${input.address}:${listen.web}`,
    '# Releases that are still to be proved, for this machine alone.',
    `Listen 127.0.0.1:${listen.preview}`,
    '',
    ...Object.entries(modules).map(([name, purpose]) => [
      `# ${purpose}`,
      `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
    ]),
    '',
    `ServerLimit ${serverLimit}`,
    `ThreadsPerChild ${threadsPerChild}`,
    `MaxRequestWorkers ${input.threads}`,
    'MaxConnectionsPerChild 0',
    `Timeout ${input.settings.requestTimeoutSeconds}`,
    'KeepAlive On',
    'MaxKeepAliveRequests 0',
    '# Longer than a balancer keeps an idle connection, so that it never sends into one that is closing.',
    'KeepAliveTimeout 75',
    'RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500',
    `LimitRequestBody ${input.settings.uploadLimitMiB * 1024 * 1024}`,
    '',
    'HostnameLookups Off',
    'ServerTokens Prod',
    'ServerSignature Off',
    'TraceEnable Off',
    'TypesConfig /etc/mime.types',
    'RemoteIPHeader X-Forwarded-For',
    input.balancers.map((address) => `RemoteIPInternalProxy ${address}`),
    'SetEnvIf X-Forwarded-Proto "^https$" HTTPS=on',
    '',
    `ErrorLog ${errorLog}`,
    'LogLevel warn',
    'LogFormat "%a %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined',
    '',
    '<Directory />',
    '  Options None',
    '  AllowOverride None',
    '  Require all denied',
    '</Directory>',
    'IncludeOptional /etc/apache2/sites-enabled/muster-*.conf',
  );
}

/** The site that answers while there is no application, and the health page for every name. */
export function defaultSite(): string {
  const root = `${paths.www}/default`;
  return lines(
    ownedBy('web'),
    `<VirtualHost *:${listen.web}>`,
    `  DocumentRoot ${root}`,
    '  DirectoryIndex index.php',
    `  CustomLog ${accessLog} combined`,
    `  Alias ${healthPath} ${paths.www}/health.php`,
    // Without it Apache looks at every folder of every path, whether it is a link.
    `  <Directory ${paths.www}>`,
    '    Options FollowSymLinks',
    '    Require all granted',
    '  </Directory>',
    '  <FilesMatch "\\.php$">',
    `    SetHandler "proxy:unix:${fpmSocket}|fcgi://localhost"`,
    '  </FilesMatch>',
    '</VirtualHost>',
  );
}

/** The pool of PHP workers; idle ones are kept for peaks, since a fork under load comes late. */
export function fpmPool(workers: number, settings: WebSettings): string {
  return lines(
    ownedBy('web', ';'),
    '[global]',
    '; A reload lets requests in flight end.',
    `process_control_timeout = ${settings.requestTimeoutSeconds}s`,
    '',
    '[www]',
    'user = www-data',
    'group = www-data',
    `listen = ${fpmSocket}`,
    'listen.owner = www-data',
    'listen.group = www-data',
    'listen.mode = 0660',
    'listen.backlog = 1024',
    'pm = dynamic',
    `pm.max_children = ${workers}`,
    `pm.start_servers = ${Math.max(2, Math.ceil(workers / 4))}`,
    `pm.min_spare_servers = ${Math.max(1, Math.ceil(workers / 8))}`,
    `pm.max_spare_servers = ${Math.max(2, Math.ceil(workers / 2))}`,
    '; A leak in an application ends with its worker.',
    'pm.max_requests = 10000',
    `request_terminate_timeout = ${settings.requestTimeoutSeconds}s`,
    'catch_workers_output = yes',
  );
}

export function phpIni(opcacheMiB: number, settings: WebSettings): string {
  return lines(
    ownedBy('web', ';'),
    'expose_php = Off',
    `memory_limit = ${settings.memoryLimitMiB}M`,
    `max_execution_time = ${settings.requestTimeoutSeconds}`,
    `upload_max_filesize = ${settings.uploadLimitMiB}M`,
    `post_max_size = ${settings.uploadLimitMiB}M`,
    'realpath_cache_size = 4096K',
    'opcache.enable = 1',
    `opcache.memory_consumption = ${opcacheMiB}`,
    'opcache.interned_strings_buffer = 16',
    'opcache.max_accelerated_files = 20000',
    'opcache.revalidate_freq = 2',
    sessionIni(settings),
  );
}
