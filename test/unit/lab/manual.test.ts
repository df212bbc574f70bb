import { expect, test } from 'vitest';
import { readManifest } from '../../../agent/applications/read-manifest.ts';
import { copiedFrom } from '../../lab/harness/manual.ts';

test('docs/wordpress.md gives what its story plays, and its manifest is one', async () => {
  const { commands, files } = await copiedFrom('wordpress');

  expect(commands.map((text) => text.trim().split('\n').at(-1))).toEqual([
    'cp -rL debian/usr/share/wordpress blog',
    'muster app deploy blog ./blog',
    'muster app deploy blog ./blog',
  ]);
  expect([...files.keys()]).toEqual([
    'blog/muster.app.yml',
    'blog/wp-config.php',
    'blog/wp-content/db.php',
    'blog/wp-content/mu-plugins/caches.php',
  ]);
  expect(readManifest(files.get('blog/muster.app.yml')).writable).toEqual(['wp-content/uploads']);
});
