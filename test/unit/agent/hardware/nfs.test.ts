import { describe, expect, it } from 'vitest';
import { nfsOf } from '../../../../agent/hardware/nfs.ts';

const debian = [
  'kernel/fs/nfs/nfs.ko: kernel/net/sunrpc/sunrpc.ko',
  'kernel/fs/nfs/nfsv4.ko: kernel/fs/nfs/nfs.ko',
  'kernel/fs/nfsd/nfsd.ko: kernel/net/sunrpc/sunrpc.ko',
].join('\n');

describe('what a kernel can do of NFS', () => {
  it.each([
    {
      what: 'nothing in a kernel without it',
      filesystems: 'nodev\tproc\n\text4\n',
      modules: '',
      can: [false, false],
    },
    { what: 'both by modules', filesystems: 'nodev\tproc\n', modules: debian, can: [true, true] },
    {
      what: 'both by compressed modules',
      filesystems: '',
      modules: debian.replaceAll('.ko', '.ko.xz'),
      can: [true, true],
    },
    { what: 'what is built in', filesystems: 'nodev\tnfsd\nnodev\tnfs4\n', modules: '', can: [true, true] },
    {
      what: 'version 3 is not it',
      filesystems: 'nodev\tnfs\n',
      modules: 'kernel/fs/nfs/nfsv3.ko:',
      can: [false, false],
    },
    {
      what: 'not what another module needs of it',
      filesystems: '',
      modules: 'kernel/fs/other.ko: kernel/fs/nfsd/nfsd.ko',
      can: [false, false],
    },
  ])('$what', ({ filesystems, modules, can: [serves, mounts] }) => {
    expect(nfsOf(filesystems, modules)).toEqual({ serves, mounts });
  });
});
