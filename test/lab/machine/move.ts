import { PREFIX_BITS } from '../core/address.ts';
import type { Said } from '../core/run.ts';
import type { ExecOptions } from './perform.ts';
import { networkFile } from './prepare.ts';

/** The address that is not shared: it was there first. */
const OWN_ADDRESS = "ip -4 -o address show dev host0 scope global | awk '{ print $4; exit }'";

type Exec = (argv: readonly string[], options?: ExecOptions) => Promise<Said>;

/** Gives a machine that runs another address from its next start on. */
export const moveAtStart = async (exec: Exec, to: string): Promise<void> => {
  const { path, text } = networkFile(to);
  // A machine that loses its power next would else start with the former text.
  await exec(['dd', `of=/${path}`, 'status=none', 'conv=fsync'], { input: text });
};

/** Gives a machine that runs another address in place of its own; those that others added stay. */
export const move = async (exec: Exec, to: string): Promise<void> => {
  await moveAtStart(exec, to);
  const before = (await exec(['sh', '-c', OWN_ADDRESS])).stdout.trim();
  await exec(['ip', 'address', 'add', `${to}/${PREFIX_BITS}`, 'dev', 'host0']);
  // Else the others of the same network go with it.
  await exec(['sysctl', '-qw', 'net.ipv4.conf.host0.promote_secondaries=1']);
  await exec(['ip', 'address', 'delete', before, 'dev', 'host0']);
};
