import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { GATEWAY, PREFIX_BITS } from '../core/address.ts';
import { APT_LAYER, placesOf } from '../core/paths.ts';
import { run } from '../core/run.ts';
import type { Machine } from '../core/state.ts';
import { letGo, mountDisk, mountRoot } from '../host/mounts.ts';
import { resolvConf } from '../host/resolv.ts';
import { CA_BUNDLE } from '../host/trust.ts';
import { writeSystemDisk } from './system-disk.ts';

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

/** Whoever boots a kernel of its own has no host that names its link, mounts its disk and enters by the back door. */
const ownKernelFiles = (publicKey: string): Record<string, string> => ({
  'etc/fstab': '/dev/vda / ext4 defaults 0 1\n/dev/vdb /srv xfs defaults 0 0\n',
  'etc/systemd/network/10-lab.link': '[Match]\nDriver=virtio_net\n[Link]\nName=host0\n',
  'root/.ssh/authorized_keys': publicKey,
  // Every command of a story is a session of one connection.
  'etc/ssh/sshd_config.d/lab.conf': 'MaxSessions 100\nUseDNS no\n',
});

const makeKey = async (name: string): Promise<string> => {
  const { key } = placesOf(name);
  await run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', key);
  return readFile(`${key}.pub`, 'utf8');
};

const write = async (root: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, dirname(name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
};

/** Gives a new machine its file system, its disk and the few files that make it itself. */
export const prepare = async (machine: Machine, layers: readonly string[]): Promise<void> => {
  const { name } = machine;
  const { root } = placesOf(name);
  const own = machine.init === 'kernel';
  // Downloaded packages are shared through the host's kernel only.
  await mountRoot(name, own ? layers : [APT_LAYER, ...layers]);
  await mountDisk(name, machine.diskBytes);
  await write(root, await filesOf(machine));
  if (!own) return;
  await write(root, ownKernelFiles(await makeKey(name)));
  await run('systemctl', `--root=${root}`, '--quiet', 'enable', 'ssh.service');
  await writeSystemDisk(name);
  await letGo(name);
};
