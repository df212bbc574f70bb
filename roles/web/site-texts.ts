import type { Release } from '../model/application.ts';
import { releasePath } from '../model/application-paths.ts';
import { listen } from '../model/listen.ts';
import { paths } from '../model/paths.ts';
import { releaseWordPath } from '../model/release-word.ts';
import { lines, ownedBy } from '../model/text.ts';
import { poolName, poolSocket } from './pools.ts';
import type { Site } from './sites.ts';

/** Names of programs. */
const programs = '(?i)\\.(php\\d?|phtml|phar)$';

/** The same, and what programs read and nobody else. */
const notAssets = '(?i)\\.(php\\d?|phtml|phar|inc|yml|lock)$';

/** Where Debian's logrotate looks, too. */
const logs = '/var/log/apache2';

/** All applications, one virtual host each; and one more, on loopback only, for a release that is to be proved. */
export function sitesText(sites: readonly Site[]): string {
  return lines(
    ownedBy('web'),
    '# One virtual host for each application.',
    '# Every node asks itself all the time; that is no visit.',
    'SetEnvIf Request_URI "^/\\.well-known/muster/" muster',
    `<Directory ${paths.applications}/words>`,
    '  Require all granted',
    '  ForceType text/plain',
    '  Header set Cache-Control no-store',
    '</Directory>',
    ...sites.map(hosts),
  );
}

function hosts(site: Site): string[] {
  const { current, next } = site;
  const others = (except: Release): Release[] =>
    [site.current, site.former, site.next].filter(
      (one) => one !== undefined && one.id !== except.id,
    ) as Release[];
  return [
    ...(current === undefined
      ? closed(site)
      : open(site, current, `*:${String(listen.web)}`, others(current))),
    ...(next === undefined ? [] : open(site, next, `127.0.0.1:${String(listen.preview)}`, others(next))),
  ];
}

function names({ application: { domains } }: Site): string[] {
  const [first = '', ...more] = domains;
  return [`  ServerName ${first}`, ...more.map((name) => `  ServerAlias ${name}`)];
}

function logsOf({ application: { name } }: Site): string[] {
  return [
    `  ErrorLog ${logs}/site-${name}-error.log`,
    `  CustomLog ${logs}/site-${name}-access.log combined env=!muster`,
  ];
}

/** Nothing is deployed, or what counts is not on this machine yet. */
function closed(site: Site): string[] {
  return [
    `<VirtualHost *:${String(listen.web)}>`,
    ...names(site),
    ...logsOf(site),
    `  ErrorDocument 503 "${site.application.name} is not here yet."`,
    '  RedirectMatch 503 ^',
    '</VirtualHost>',
  ];
}

/**
 * A release as a site. Its folder stands here by its own name and not by a link, so that Apache and PHP cannot answer
 * from two releases in one response.
 */
function open(site: Site, release: Release, where: string, others: readonly Release[]): string[] {
  const root = publicPath(site, release);
  return [
    `<VirtualHost ${where}>`,
    ...names(site),
    `  DocumentRoot ${root}`,
    `  DirectoryIndex ${release.kind === 'php' ? 'index.php ' : ''}index.html`,
    ...logsOf(site),
    `  Alias ${releaseWordPath} ${paths.applications}/words/${release.id}`,
    '  <LocationMatch "/\\.(?!well-known/)">',
    '    Require all denied',
    '  </LocationMatch>',
    `  <Directory ${root}>`,
    '    Options FollowSymLinks',
    '    Require all granted',
    ...(release.kind === 'php' ? php(site, release) : []),
    ...snippet(release),
    '  </Directory>',
    ...notRun(site, release),
    ...notFor(release),
    ...others.flatMap((other) => assets(publicPath(site, other))),
    '</VirtualHost>',
  ];
}

function publicPath({ application: { name } }: Site, { id, manifest }: Release): string {
  return manifest.public === '.' ? releasePath(name, id) : `${releasePath(name, id)}/${manifest.public}`;
}

function php({ application: { name } }: Site, release: Release): string[] {
  return [
    '    CGIPassAuth On',
    '    <FilesMatch "\\.php$">',
    `      SetHandler "proxy:unix:${poolSocket(name, release)}|fcgi://${poolName(name, release)}"`,
    '    </FilesMatch>',
  ];
}

function snippet({ manifest: { apache } }: Release): string[] {
  return apache
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => `    ${line}`);
}

/** Whoever can upload a file must not run a program: PHP is never run, nor shown, where the application writes. */
function notRun({ application: { name } }: Site, { id, kind, manifest }: Release): string[] {
  if (kind === 'static') return [];
  return manifest.writable.flatMap((folder) => [
    `  <Directory ${releasePath(name, id)}/${folder}>`,
    ...denied(programs),
    '  </Directory>',
  ]);
}

function denied(names: string): string[] {
  return [`    <FilesMatch "${names}">`, '      Require all denied', '    </FilesMatch>'];
}

/** Files that are there for muster and for package managers, where the whole application is public. */
function notFor({ manifest }: Release): string[] {
  if (manifest.public !== '.') return [];
  return [
    '  <FilesMatch "^(muster\\.app\\.yml|composer\\.(json|lock)|package(-lock)?\\.json)$">',
    '    Require all denied',
    '  </FilesMatch>',
  ];
}

/** Static files that only another release has: pages in visitors' browsers still ask for them. Never its programs. */
function assets(root: string): string[] {
  return [
    `  <Directory ${root}>`,
    '    Options FollowSymLinks',
    '    Require all granted',
    ...denied(notAssets),
    '  </Directory>',
    '  RewriteEngine On',
    '  RewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} !-f',
    `  RewriteCond %{REQUEST_URI} !${notAssets}`,
    `  RewriteCond ${root}%{REQUEST_URI} -f`,
    `  RewriteRule ^ ${root}%{REQUEST_URI} [END]`,
  ];
}
