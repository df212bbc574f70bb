/**
 * What an application may say to Apache about its own folder: caching, redirects, rewriting, types, headers. Nothing
 * that reads another folder, runs a program, opens a port or changes who may see what is not its own.
 */
const allowed = [
  'AddCharset',
  'AddDefaultCharset',
  'AddEncoding',
  'AddLanguage',
  'AddType',
  'DirectoryIndex',
  'DirectorySlash',
  'ErrorDocument',
  'ExpiresActive',
  'ExpiresByType',
  'ExpiresDefault',
  'FallbackResource',
  'FileETag',
  'ForceType',
  'Header',
  'Redirect',
  'RedirectMatch',
  'RedirectPermanent',
  'RedirectTemp',
  'RewriteBase',
  'RewriteCond',
  'RewriteEngine',
  'RewriteRule',
  'SetEnv',
  'SetEnvIf',
];
const names = new Map(allowed.map((name) => [name.toLowerCase(), name]));

/** Why a snippet is not taken; undefined for one that is. Whether Apache itself takes it is Apache's to say. */
export function snippetFault(snippet: string): string | undefined {
  for (const line of snippet.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.endsWith('\\')) return `a line must not go on in the next one: ${line}`;
    if (/[^\t\P{Cc}]/u.test(line)) return 'it has a control character';
    const [word = '', ...rest] = line.split(/\s+/);
    if (!names.has(word.toLowerCase())) return `${word} is not allowed; allowed are ${allowed.join(', ')}`;
    if (reachesOut(word.toLowerCase(), rest)) return `this reaches beyond the application: ${line}`;
  }
  return undefined;
}

/** A proxy target or a file of the machine: `[P]`, `unix:`, an expression that reads a file, `E=` of PHP's own. */
function reachesOut(word: string, rest: readonly string[]): boolean {
  const text = rest.join(' ');
  if (/%\{.*(file|filesize|ENV:HTTP_PROXY)\s*[:(]/i.test(text)) return true;
  if (/^PHP_(ADMIN_)?VALUE\b/i.test(rest[0] ?? '') && word.startsWith('setenv')) return true;
  if (word === 'setenvif' && /\bPHP_(ADMIN_)?VALUE\b/i.test(text)) return true;
  if (word !== 'rewriterule') return false;
  const flags = /\[([^\]]*)\]\s*$/.exec(text)?.[1]?.split(',') ?? [];
  const sends = flags.some((flag) => /^\s*(P|proxy|H|handler|E|env)(=|\s*$)/i.test(flag));
  return sends || /^(unix|fcgi|proxy|balancer|ajp|file):/i.test(rest[1] ?? '');
}
