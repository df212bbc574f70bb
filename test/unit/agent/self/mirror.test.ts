import { describe, expect, it } from 'vitest';
import { mirrorOf } from '../../../../agent/self/mirror.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const base = '/sys/dev/block/9:0';

/** Files of /sys below a device, as the kernel shows them. */
function sys(texts: Readonly<Record<string, string>>): FakeFiles {
  return new FakeFiles(
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${base}/${name}`, `${text}\n`])),
  );
}

/** The files of one device at `at`. */
const disk = (at: string, name: string): Record<string, string> => ({
  [`${at}uevent`]: `DEVNAME=${name}\nDEVTYPE=disk`,
});
const array = (at: string, name: string, level: string, degraded?: number): Record<string, string> => ({
  ...disk(at, name),
  [`${at}md/level`]: level,
  ...(degraded === undefined ? {} : { [`${at}md/degraded`]: String(degraded) }),
});

describe('what a database lies on', () => {
  it.each([
    { what: 'a plain disk', is: disk('', 'sda'), mirror: { state: 'unknown' } },
    { what: 'no block device', is: {}, mirror: { state: 'unknown' } },
    {
      what: 'an array',
      is: array('', 'md0', 'raid10', 0),
      mirror: { state: 'whole', array: 'md0', level: 'raid10' },
    },
    {
      what: 'an array that lacks a disk',
      is: array('', 'md0', 'raid1', 1),
      mirror: { state: 'lacking', array: 'md0', level: 'raid1' },
    },
    {
      what: 'an array that spreads over disks',
      is: { ...array('', 'md0', 'raid0'), ...disk('slaves/sda/', 'sda'), ...disk('slaves/sdb/', 'sdb') },
      mirror: { state: 'none', array: 'md0', level: 'raid0' },
    },
    {
      what: 'an array that spreads over arrays',
      is: {
        ...array('', 'md2', 'raid0'),
        ...array('slaves/md0/', 'md0', 'raid1', 0),
        ...array('slaves/md1/', 'md1', 'raid1', 1),
      },
      mirror: { state: 'lacking', array: 'md1', level: 'raid1' },
    },
    {
      what: 'an array of a kind that says nothing',
      is: array('', 'md127', 'container'),
      mirror: { state: 'unknown' },
    },
    {
      what: 'a partition of an array',
      is: { uevent: 'DEVNAME=md0p1\nDEVTYPE=partition', ...array('../', 'md0', 'raid1', 0) },
      mirror: { state: 'whole', array: 'md0', level: 'raid1' },
    },
    {
      what: 'a volume on a partition of an array',
      is: {
        ...disk('', 'dm-0'),
        'slaves/md0p1/uevent': 'DEVNAME=md0p1\nDEVTYPE=partition',
        ...array('slaves/md0p1/../', 'md0', 'raid1', 0),
      },
      mirror: { state: 'whole', array: 'md0', level: 'raid1' },
    },
    {
      what: 'a volume over an array and a plain disk',
      is: { ...disk('', 'dm-0'), ...array('slaves/md0/', 'md0', 'raid1', 0), ...disk('slaves/sdc/', 'sdc') },
      mirror: { state: 'unknown' },
    },
  ])('$what', async ({ is, mirror }) => {
    expect(await mirrorOf(sys(is), '9:0')).toEqual(mirror);
  });
});
