import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabMachine } from '../lab/harness/index.ts';

const folder = '/root/minimal';

/** Puts one of the hand-written files onto a machine, with words of it replaced; returns where it lies. */
export async function putMinimal(
  machine: LabMachine,
  name: string,
  replaced: Readonly<Record<string, string>> = {},
): Promise<string> {
  let text = await readFile(join(import.meta.dirname, 'minimal', name), 'utf8');
  for (const [word, value] of Object.entries(replaced)) text = text.replaceAll(word, value);
  const path = `${folder}/${name}`;
  await machine.writeFile(path, text);
  return path;
}

/** keepalived by hand on every one of these machines, beside whatever else runs there; each writes to the others. */
export async function startKeepalived(machines: readonly LabMachine[], address: string): Promise<void> {
  for (const machine of machines) await startKeepalivedOn(machine, machines, address);
}

/** The same on one of them, as after its power loss. */
export async function startKeepalivedOn(
  machine: LabMachine,
  all: readonly LabMachine[],
  address: string,
): Promise<void> {
  const peers = all.filter((one) => one !== machine).map((one) => `    ${one.address}`);
  const path = await putMinimal(machine, 'keepalived.conf', {
    SELF: machine.address,
    PEERS: peers.join('\n'),
    ADDRESS: address,
  });
  await machine.exec([
    '/usr/sbin/keepalived',
    `--use-file=${path}`,
    '--pid=/run/minimal-keepalived.pid',
    '--vrrp_pid=/run/minimal-vrrp.pid',
  ]);
}
