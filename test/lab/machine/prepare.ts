import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { GATEWAY, PREFIX_BITS } from '../core/address.ts';
import { placesOf } from '../core/paths.ts';
import type { Machine } from '../core/state.ts';
import { mountDisk, mountRoot } from '../host/mounts.ts';
import { resolvConf } from '../host/resolv.ts';
import { CA_BUNDLE } from '../host/trust.ts';

const ID_BYTES = 16;

/** The file of systemd-networkd that gives a machine its address. */
export const networkFile = (address: string): { readonly path: string; readonly text: string } => ({
  // 10-: it has to sort before systemd's own file for container links, which would ask for DHCP.
  path: 'etc/systemd/network/10-lab.network',
  text: [
    '[Match]',
    'Name=host0',
    '[Network]',
    `Address=${address}/${PREFIX_BITS}`,
    `Gateway=${GATEWAY}`,
    'LinkLocalAddressing=no',
    'IPv6AcceptRA=no',
    // Addresses others add (a virtual one) are theirs, and live through a restart of the network service.
    'KeepConfiguration=yes',
    '',
  ].join('\n'),
});

const filesOf = async (machine: Machine): Promise<Record<string, string>> => ({
  'etc/hostname': `${machine.name}\n`,
  'etc/hosts': `127.0.0.1\tlocalhost\n127.0.1.1\t${machine.name}\n::1\tlocalhost ip6-localhost ip6-loopback\n`,
  'etc/machine-id': `${randomBytes(ID_BYTES).toString('hex')}\n`,
  'etc/resolv.conf': await resolvConf(),
  'etc/environment': `NODE_EXTRA_CA_CERTS=${CA_BUNDLE}\nnpm_config_cafile=${CA_BUNDLE}\n`,
  [networkFile(machine.address).path]: networkFile(machine.address).text,
});

/** Gives a new machine its file system, its disk and the few files that make it itself. */
export const prepare = async (machine: Machine, layers: readonly string[]): Promise<void> => {
  await mountRoot(machine.name, layers);
  await mountDisk(machine.name, machine.diskBytes);
  const { root } = placesOf(machine.name);
  await mkdir(join(root, 'etc/systemd/network'), { recursive: true });
  for (const [name, text] of Object.entries(await filesOf(machine))) await writeFile(join(root, name), text);
};
