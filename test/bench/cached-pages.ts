import type { LabMachine } from '../lab/harness/index.ts';

const folder = '/var/lib/muster/www/default';

/** Pages of 4 KiB by PHP, alike but for what they say of caches: each with its path. */
export const cachedPages = {
  'page that may be stored': { path: '/stored.php', header: 'public, max-age=3600' },
  'page that must not be stored': { path: '/passed.php', header: 'no-store' },
} as const;

/** Puts both onto a web machine. */
export async function putCachedPages(machine: LabMachine): Promise<void> {
  for (const { path, header } of Object.values(cachedPages)) {
    const text = `<?php header('Cache-Control: ${header}'); echo str_repeat('x', 4096);\n`;
    await machine.writeFile(`${folder}${path}`, text);
  }
}
