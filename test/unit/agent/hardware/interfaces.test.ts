import { expect, it } from 'vitest';
import { everyoneNear, interfacesOf } from '../../../../agent/hardware/interfaces.ts';

const common = {
  netmask: '255.255.255.0',
  mac: '02:00:00:00:00:01',
  family: 'IPv4',
  internal: false,
} as const;

it('interfaces are those that carry an IPv4 address, loopback apart', () => {
  const found = {
    lo: [{ ...common, internal: true, address: '127.0.0.1', cidr: '127.0.0.1/8' }],
    eth1: [
      { ...common, address: '192.168.7.2', cidr: '192.168.7.2/16' },
      { ...common, address: '192.168.7.100', cidr: null },
    ],
    eth0: [
      { ...common, address: '10.77.0.11', cidr: '10.77.0.11/24' },
      { ...common, family: 'IPv6' as const, address: 'fe80::1', cidr: 'fe80::1/64', scopeid: 2 },
    ],
    down: undefined,
  };
  expect(interfacesOf(found)).toEqual([
    { name: 'eth0', address: '10.77.0.11', prefix: 24 },
    { name: 'eth1', address: '192.168.7.2', prefix: 16 },
    { name: 'eth1', address: '192.168.7.100', prefix: 32 },
  ]);
});

it.each([
  { address: '10.77.0.11', everyone: '10.77.0.255' },
  { address: '192.168.7.2', everyone: '192.168.255.255' },
  { address: '192.168.7.100', everyone: undefined },
  { address: '10.77.0.12', everyone: undefined },
])('everyone near $address is at $everyone', ({ address, everyone }) => {
  const interfaces = [
    { name: 'eth0', address: '10.77.0.11', prefix: 24 },
    { name: 'eth1', address: '192.168.7.2', prefix: 16 },
    { name: 'eth1', address: '192.168.7.100', prefix: 32 },
  ];
  expect(everyoneNear(address, interfaces)).toBe(everyone);
});
