import { describe, expect, it } from 'vitest';
import { askMount } from '../../../../agent/host/mount-probe.ts';
import { parseMounts } from '../../../../agent/host/mounts.ts';
import { mountSeen } from '../../../../roles/model/mount.ts';

describe('askMount', () => {
  it('says that nothing is mounted there', async () => {
    expect(mountSeen(await askMount({ kind: 'mount', path: '/nowhere' }))).toEqual({ state: 'absent' });
  });

  it('tells source, type and sizes of a mount that answers', async () => {
    const seen = mountSeen(await askMount({ kind: 'mount', path: '/proc' }));
    expect(seen).toMatchObject({ state: 'answers', type: 'proc', sizeMiB: 0 });
  });

  it('says why one cannot be written', async () => {
    const seen = mountSeen(await askMount({ kind: 'mount', path: '/proc', touch: '.muster' }));
    expect(seen).toMatchObject({ state: 'refuses', type: 'proc', trouble: expect.any(String) as string });
  });
});

describe('parseMounts', () => {
  it('reads points, types and sources, with blanks, in the order of mounting', () => {
    const text = [
      '24 30 0:22 / /proc rw shared:5 - proc proc rw',
      '61 30 7:0 /files /srv/with\\040blank rw shared:9 master:2 - xfs /dev/loop0 rw,noquota',
      '62 61 0:90 / /srv/with\\040blank rw - fuse.glusterfs n1.muster:muster rw',
      '63 61 0:91 / /srv/nfs rw - nfs4 n1.muster:/files rw,vers=4.2,clientaddr=10.0.0.2,addr=10.0.0.1',
      '',
    ].join('\n');
    expect(parseMounts(text)).toEqual([
      { point: '/proc', type: 'proc', source: 'proc' },
      { point: '/srv/with blank', type: 'xfs', source: '/dev/loop0' },
      { point: '/srv/with blank', type: 'fuse.glusterfs', source: 'n1.muster:muster' },
      { point: '/srv/nfs', type: 'nfs4', source: 'n1.muster:/files', server: '10.0.0.1' },
    ]);
  });
});
