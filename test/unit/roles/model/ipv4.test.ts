import { describe, expect, it } from 'vitest';
import { broadcastOf, unfitForMachine } from '../../../../roles/model/ipv4.ts';

describe('the address of all machines of a network', () => {
  it.each([
    { address: '10.77.0.11', prefix: 24, everyone: '10.77.0.255' },
    { address: '10.77.0.11', prefix: 16, everyone: '10.77.255.255' },
    { address: '10.77.0.11', prefix: 20, everyone: '10.77.15.255' },
    { address: '192.168.7.130', prefix: 25, everyone: '192.168.7.255' },
    { address: '192.168.7.126', prefix: 25, everyone: '192.168.7.127' },
    { address: '203.0.113.9', prefix: 30, everyone: '203.0.113.11' },
    { address: '203.0.113.9', prefix: 31, everyone: undefined },
    { address: '203.0.113.9', prefix: 32, everyone: undefined },
    { address: '223.255.255.9', prefix: 8, everyone: '223.255.255.255' },
  ])('is $everyone for $address/$prefix', ({ address, prefix, everyone }) => {
    expect(broadcastOf(address, prefix)).toBe(everyone);
  });
});

describe('an address where no machine can be', () => {
  it.each([
    ['0.0.0.0', 'it stands for no machine'],
    ['127.0.0.1', 'it is loopback, which is every machine itself'],
    ['127.255.255.255', 'it is loopback, which is every machine itself'],
    ['224.0.0.1', 'it is a multicast address'],
    ['239.255.255.250', 'it is a multicast address'],
    ['240.0.0.1', 'it is reserved'],
    ['255.255.255.255', 'it is the address of all machines of a network'],
    ['10.77.0.255', undefined],
    ['223.255.255.1', undefined],
    ['1.0.0.1', undefined],
  ])('%s: %s', (address, why) => {
    expect(unfitForMachine(address)).toBe(why);
  });
});
