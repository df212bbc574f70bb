import { dirname } from 'node:path';
import type { Commands, Files } from '../../roles/model/ports.ts';

interface Parts {
  readonly files: Files;
  readonly commands: Commands;
}

/**
 * What Debian's packages leave behind though they are purged, because their running service made it: haproxy.service
 * binds the log's socket into its chroot; the helper of php8.2-fpm.service takes its alternative back only while the
 * socket is still there, which at a stop it is not; nginx's page and MariaDB's file for Debian's scripts are made at their
 * installation and belong to nobody.
 */
export async function clearDregs({ files, commands }: Parts, purged: readonly string[]): Promise<void> {
  if (purged.includes('haproxy')) {
    await files.remove('/var/lib/haproxy/dev/log');
    await pruneEmpty(commands, '/var/lib/haproxy/dev');
  }
  for (const [, path] of leftFiles.filter(([one]) => purged.includes(one))) {
    await files.remove(path);
    await pruneEmpty(commands, dirname(path));
  }
  if (purged.includes('php8.2-fpm')) {
    // Where it is gone already this fails, and is as it should be.
    await commands.run([
      'update-alternatives',
      '--quiet',
      '--remove',
      'php-fpm.sock',
      '/run/php/php8.2-fpm.sock',
    ]);
  }
}

/** Files that a package makes at its installation and leaves behind, by the package. */
const leftFiles: readonly (readonly [string, string])[] = [
  ['nginx-common', '/var/www/html/index.nginx-debian.html'],
  ['mariadb-server', '/etc/mysql/debian.cnf'],
];

/** Folders that came with a file of ours, as haproxy.service.d: those empty now and of no package, upwards. */
export async function pruneEmpty(commands: Commands, directory: string): Promise<void> {
  if (directory === '/') return;
  const owned = await commands.run(['dpkg-query', '--search', directory]);
  if (owned.exitCode === 0) return;
  // rmdir takes nothing but empty folders, and its refusal is the answer.
  const removed = await commands.run(['rmdir', directory]);
  if (removed.exitCode === 0) await pruneEmpty(commands, dirname(directory));
}
