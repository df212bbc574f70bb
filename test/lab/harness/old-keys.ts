import type { LabMachine } from './machine.ts';

const copy = '/root/old-keys.tar';
/** All that makes the machine a node: identity, certificates, decisions, and the program with its unit. */
const kept = [
  'etc/muster',
  'var/lib/muster',
  'opt/muster',
  'usr/local/bin/muster',
  'etc/systemd/system/muster.service',
];

/** Keeps a copy of everything by which a machine is a node, as a backup would. */
export async function keepKeys(machine: LabMachine): Promise<void> {
  await machine.exec(['tar', '-C', '/', '-cf', copy, ...kept]);
}

/** Puts the copy back and starts the agent with it, whatever has become of the machine meanwhile. */
export async function bringKeysBack(machine: LabMachine): Promise<void> {
  await machine.exec(['systemctl', 'stop', 'muster'], { reject: false });
  await machine.exec(['tar', '-C', '/', '-xpf', copy]);
  await machine.exec(['systemctl', 'daemon-reload']);
  await machine.exec(['systemctl', 'start', 'muster']);
}
