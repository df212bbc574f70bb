import { describe, expect, test } from 'vitest';

import { addressOf, indexOf, linkOf, nameOf } from '../../lab/core/address.ts';
import { parseCpus, parseDisk, parseMem, parseNamedShape, parseSize } from '../../lab/core/shape.ts';
import { limitsOf } from '../../lab/host/cgroups.ts';

describe('sizes', () => {
  test.each([
    ['2G', 2 * 2 ** 30],
    ['512M', 512 * 2 ** 20],
    ['1.5g', 1.5 * 2 ** 30],
    ['4096', 4096],
  ])('%s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  test.each(['', 'G', '2X', '-1G', '2 G'])('"%s" is none', (text) => {
    expect(() => parseSize(text)).toThrow(/is no size/);
  });

  test('too little is told with the least', () => {
    expect(() => parseMem('1M')).toThrow(/at least 64M/);
    expect(() => parseDisk('10M')).toThrow(/at least 300M/);
    expect(() => parseCpus('0')).toThrow(/no number of cores/);
  });
});

describe('shapes', () => {
  test('several of one machine', () => {
    const shape = { memBytes: 4 * 2 ** 30, cpus: 2, diskBytes: 20 * 2 ** 30, init: 'none' };
    expect(parseNamedShape('b3=mem:4G,cpus:2,disk:20G,init:none', 3)).toEqual(['b3', shape]);
  });

  test.each(['b4=mem:4G', 'mem:4G', 'x1=cpus:1'])('"%s" fits no machine of three', (text) => {
    expect(() => parseNamedShape(text, 3)).toThrow();
  });

  test.each(['b1=ram:1G', 'b1=init:runit', 'b1='])('"%s" is no shape', (text) => {
    expect(() => parseNamedShape(text, 3)).toThrow(/is no shape/);
  });

  test('limits as the kernel is told them', () => {
    expect(limitsOf({ memBytes: 1024, cpus: 1.5 })).toEqual([
      ['memory', 'memory.limit_in_bytes', '1024'],
      ['cpu', 'cpu.cfs_period_us', '100000'],
      ['cpu', 'cpu.cfs_quota_us', '150000'],
    ]);
  });
});

describe('names and addresses', () => {
  test('b3', () => {
    expect([indexOf('b3'), nameOf(3), addressOf(3), linkOf('b3')]).toEqual([3, 'b3', '10.77.0.13', 'vb-b3']);
  });

  test.each(['b0', 'b81', 'b100', 'c1', '1', 'b1x'])('%s is no machine', (name) => {
    expect(() => indexOf(name)).toThrow(/no machine name/);
  });
});
