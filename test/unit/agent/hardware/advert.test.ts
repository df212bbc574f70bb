import { describe, expect, it } from 'vitest';
import { advert, type Reading } from '../../../../agent/hardware/advert.ts';
import { parseCpuMax, parseMemoryLimit, readCgroupLimits } from '../../../../agent/hardware/cgroup.ts';
import { Hardware } from '../../../../roles/model/hardware.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const reading: Reading = {
  cores: 4,
  memoryBytes: 8 * 1024 ** 3,
  cpuModel: 'Model 1',
  architecture: 'x64',
  virtual: false,
  release: { id: 'debian', version: '12', name: 'Debian 12' },
  disk: { sizeBytes: 100 * 1024 ** 3, availableBytes: 50 * 1024 ** 3, type: 'PCIe NVMe' },
  networkMbit: 1000,
  address: '10.77.0.11',
  interfaces: [{ name: 'eth0', address: '10.77.0.11', prefix: 24 }],
  openFiles: 1024,
  limits: { cores: undefined, memoryMiB: undefined },
  init: 'systemd',
  nfs: { serves: true, mounts: true },
};

describe('the advert', () => {
  it('is the machine itself where nothing limits it', () => {
    const hardware = Hardware.parse(advert(reading));
    expect(hardware).toMatchObject({ cores: 4, memoryMiB: 8192, limited: false, architecture: 'x86_64' });
    expect(hardware.disk).toEqual({ kind: 'nvme', sizeMiB: 102_400, freeMiB: 51_200 });
  });

  it.each([
    {
      what: 'memory',
      limits: { cores: undefined, memoryMiB: 2048 },
      cores: 4,
      memoryMiB: 2048,
      limited: true,
    },
    {
      what: 'a share of a core',
      limits: { cores: 0.5, memoryMiB: undefined },
      cores: 0.5,
      memoryMiB: 8192,
      limited: true,
    },
    {
      what: 'limits above the machine',
      limits: { cores: 99, memoryMiB: 999_999 },
      cores: 4,
      memoryMiB: 8192,
      limited: false,
    },
  ])('honours cgroup limits: $what', ({ limits, what: _what, ...expected }) => {
    expect(advert({ ...reading, limits })).toMatchObject(expected);
  });

  it.each([
    ['SATA SSD', 'ssd'],
    ['SATA HD', 'hdd'],
    ['', 'unknown'],
  ])('a disk of type "%s" is %s', (type, kind) => {
    expect(advert({ ...reading, disk: { ...reading.disk, type } }).disk.kind).toBe(kind);
  });

  it.each([null, 0, -1])('a network speed of %s is not known', (networkMbit) => {
    expect(advert({ ...reading, networkMbit }).networkMbit).toBeNull();
  });
});

describe('cgroup files', () => {
  it.each([
    ['max\n', undefined],
    ['2147483648\n', 2048],
    ['9223372036854771712\n', undefined],
    ['rubbish', undefined],
    [undefined, undefined],
  ])('a memory limit of %j is %s MiB', (text, limit) => {
    expect(parseMemoryLimit(text)).toBe(limit);
  });

  it.each([
    ['max 100000\n', undefined],
    ['150000 100000\n', 1.5],
    ['', undefined],
  ])('a CPU limit of %j is %s cores', (text, cores) => {
    expect(parseCpuMax(text)).toBe(cores);
  });

  it('are read in either version', async () => {
    const root = '/sys/fs/cgroup';
    const v1 = new FakeFiles({
      [`${root}/memory/memory.limit_in_bytes`]: '2147483648\n',
      [`${root}/cpu/cpu.cfs_quota_us`]: '100000\n',
      [`${root}/cpu/cpu.cfs_period_us`]: '100000\n',
    });
    const v2 = new FakeFiles({
      [`${root}/memory.max`]: '2147483648\n',
      [`${root}/cpu.max`]: '100000 100000\n',
    });
    expect(await readCgroupLimits(v1)).toEqual({ memoryMiB: 2048, cores: 1 });
    expect(await readCgroupLimits(v2)).toEqual({ memoryMiB: 2048, cores: 1 });
    expect(await readCgroupLimits(new FakeFiles())).toEqual({ memoryMiB: undefined, cores: undefined });
  });
});
