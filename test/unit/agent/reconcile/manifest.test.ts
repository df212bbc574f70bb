import { describe, expect, it } from 'vitest';
import { openManifest } from '../../../../agent/reconcile/manifest.ts';
import { sha256 } from '../../../../roles/model/fingerprint.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const state = '/var/lib/muster';

describe('the manifest', () => {
  it('is the same after it was opened again', async () => {
    const files = new FakeFiles({ '/etc/a': 'of old' });
    const manifest = await openManifest(files, state);
    await manifest.keepFormer('/etc/a');
    await manifest.recordWritten('/etc/a', 'new');
    await manifest.recordPackages(['haproxy', 'liblua5.3-0']);
    await manifest.recordPackages(['haproxy']);
    await manifest.recordDirectory('/opt/muster');
    await manifest.recordService('haproxy.service');
    await manifest.setLoaded('haproxy.service', 'f1');
    const again = await openManifest(files, state);
    expect(again.entries()).toEqual({
      version: 1,
      files: {
        '/etc/a': {
          written: sha256('new'),
          former: { sha256: sha256('of old'), mode: 0o644, owner: 'root:root' },
        },
      },
      directories: ['/opt/muster'],
      packages: ['haproxy', 'liblua5.3-0'],
      services: ['haproxy.service'],
      loaded: { 'haproxy.service': 'f1' },
    });
  });

  it('keeps what another process has written since', async () => {
    const files = new FakeFiles();
    const [agent, init] = [await openManifest(files, state), await openManifest(files, state)];
    await agent.recordPackages(['haproxy']);
    await init.recordPackages(['apache2']);
    expect((await openManifest(files, state)).entries().packages).toEqual(['haproxy', 'apache2']);
  });

  it('keeps the former content before it lets anyone write, and never overwrites it', async () => {
    const files = new FakeFiles({ '/etc/a': 'of old' });
    const manifest = await openManifest(files, state);
    await manifest.keepFormer('/etc/a');
    files.put('/etc/a', 'ours');
    await manifest.keepFormer('/etc/a');
    expect(files.text(manifest.formerPath(sha256('of old')))).toBe('of old');
    expect(manifest.entries().files['/etc/a']?.former?.sha256).toBe(sha256('of old'));
  });

  it('knows that there was nothing before', async () => {
    const manifest = await openManifest(new FakeFiles(), state);
    await manifest.keepFormer('/etc/b');
    expect(manifest.entries().files['/etc/b']).toEqual({ written: null, former: null });
  });

  it('takes changes from several loops at once', async () => {
    const files = new FakeFiles();
    const manifest = await openManifest(files, state);
    const names = Array.from({ length: 20 }, (_, index) => `/etc/${index}`);
    await Promise.all(names.map((name) => manifest.recordWritten(name, name)));
    expect(Object.keys((await openManifest(files, state)).entries().files).sort()).toEqual([...names].sort());
  });

  it('changes nothing in memory when the disk refuses', async () => {
    const files = new FakeFiles();
    const manifest = await openManifest(files, state);
    files.refusals.set(`${state}/manifest.json`, 'read-only file system');
    await expect(manifest.recordPackages(['haproxy'])).rejects.toThrow(/could not be changed/);
    expect(manifest.entries().packages).toEqual([]);
  });

  it('says what to do about a damaged file', async () => {
    const files = new FakeFiles({ [`${state}/manifest.json`]: '{"version":1' });
    await expect(openManifest(files, state)).rejects.toMatchObject({ code: 'state-unreadable' });
  });
});
