import { listen } from '../model/listen.ts';
import { nodeHostname } from '../model/node.ts';
import type { Observed } from '../model/observed.ts';
import { paths } from '../model/paths.ts';
import type { FileSpec } from '../model/step.ts';
import { lines, ownedBy } from '../model/text.ts';
import { carriersOf, type NodeView, type View } from '../model/view.ts';
import { phpVersion } from './service.ts';
import type { WebSettings } from './settings.ts';

/** PHP runs this before each page; it never changes, so nothing has to be reloaded for it. */
const prependPath = `${paths.www}/sessions.php`;

/** What it reads: the handler of sessions, and where they are. A change counts from the next page on. */
export const sessionsPath = `${paths.www}/sessions`;

export const sessionPaths = [prependPath, sessionsPath] as const;

/** Debian's own place for sessions, and the one of its cleaning. */
const localSessions = '/var/lib/php/sessions';

/** A memcached that says nothing for so long is passed over; within one network it answers in less than one. */
const connectTimeoutMs = 200;

/** Another page of the same visitor holds the lock: it is asked for again each 20 to 200 ms, 30 s in all. */
const lockWaitMs = { least: 20, most: 200 };
const lockRetries = 150;

/**
 * A reload of PHP-FPM takes no request until the slowest one has ended (php-src 3758), so the pool is no part of its
 * configuration: each page reads the file, some microseconds.
 */
export function sessionFiles(view: View, observed: Observed): readonly FileSpec[] {
  const common = { mode: 0o644, owner: 'root:root' } as const;
  return [
    { ...common, path: sessionsPath, content: sessionsText(poolOf(view, observed)) },
    {
      ...common,
      path: prependPath,
      content: prependText,
      check: [`/usr/bin/php${phpVersion}`, '-l', '{}'],
    },
  ];
}

function sessionsText(servers: readonly string[]): string {
  return servers.length === 0 ? lines('files', localSessions) : lines('memcached', servers.join(','));
}

/**
 * The memcached of the pool: who has proved itself enters; who cannot be reached goes, unless nobody would be left. By
 * names: where a session lies hangs on them, and an address may change.
 */
function poolOf(view: View, observed: Observed): readonly string[] {
  const before = (observed.texts[sessionsPath] ?? '').split('\n')[1]?.split(',') ?? [];
  const carriers = carriersOf(view, 'cache').filter(
    ({ verdict }) => verdict !== 'dead' && verdict !== 'left',
  );
  const wasIn = (node: NodeView): boolean => before.includes(serverOf(node));
  const usable = carriers.filter(
    (node) => node.verdict !== 'unreachable' && (node.facts?.health.cache?.state === 'ready' || wasIn(node)),
  );
  return (usable.length > 0 ? usable : carriers.filter(wasIn)).map(serverOf);
}

function serverOf({ record }: NodeView): string {
  return `${nodeHostname(record.id)}:${listen.pool}`;
}

/** Inside a function, so that applications find no variable of ours. */
const prependText = lines(
  '<?php',
  ownedBy('web', '//'),
  '(static function (): void {',
  '    if (session_status() !== PHP_SESSION_NONE) return;',
  `    [$handler, $place] = explode("\\n", (string) @file_get_contents('${sessionsPath}')) + ['', ''];`,
  "    if (($place ?? '') === '') return;",
  "    ini_set('session.save_handler', $handler);",
  "    ini_set('session.save_path', $place);",
  '})();',
);

/**
 * How sessions are kept in memcached. Connections are not kept: a worker that has once passed a server over would go on
 * doing so, and look for sessions elsewhere than the others.
 */
export function sessionIni(settings: WebSettings): readonly string[] {
  return [
    `auto_prepend_file = ${prependPath}`,
    'memcached.sess_persistent = Off',
    'memcached.sess_binary_protocol = On',
    'memcached.sess_consistent_hash = On',
    'memcached.sess_consistent_hash_type = ketama',
    `memcached.sess_connect_timeout = ${connectTimeoutMs}`,
    'memcached.sess_server_failure_limit = 1',
    'memcached.sess_remove_failed_servers = On',
    'memcached.sess_locking = On',
    `memcached.sess_lock_wait_min = ${lockWaitMs.least}`,
    `memcached.sess_lock_wait_max = ${lockWaitMs.most}`,
    `memcached.sess_lock_retries = ${lockRetries}`,
    `memcached.sess_lock_expire = ${settings.requestTimeoutSeconds}`,
  ];
}
