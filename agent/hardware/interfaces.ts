import type { NetworkInterfaceInfo } from 'node:os';
import type { Hardware } from '../../roles/model/hardware.ts';
import { broadcastOf } from '../../roles/model/ipv4.ts';

/** The IPv4 addresses of a machine as its kernel lists them, loopback apart, in the order of their names. */
export function interfacesOf(
  found: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): Hardware['interfaces'] {
  return Object.entries(found)
    .flatMap(([name, infos = []]) =>
      infos
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address, cidr }) => ({ name, address, prefix: Number(cidr?.split('/')[1] ?? '32') })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The address of all machines of the network that one of these addresses is in; undefined where that has none. */
export function everyoneNear(address: string, interfaces: Hardware['interfaces']): string | undefined {
  const own = interfaces.find((one) => one.address === address);
  return own === undefined ? undefined : broadcastOf(address, own.prefix);
}
