import { randomBytes } from 'node:crypto';
import { MusterError } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Files } from '../../roles/model/ports.ts';

/** As libp2p takes it. */
const keyBytes = 32;
const pattern = /^[0-9a-f]{64}$/;

/** Makes the key of a new cluster's network where there is none. True when it was made. */
export async function ensureNetworkKey(files: Files): Promise<boolean> {
  if ((await files.read(paths.networkKey)) !== undefined) return false;
  await writeNetworkKey(files, randomBytes(keyBytes).toString('hex'));
  return true;
}

/** Hexadecimal, as `readNetworkKey` gives it. */
export async function writeNetworkKey(files: Files, key: string): Promise<void> {
  await files.write(paths.networkKey, `${key}\n`, { mode: 0o600 });
}

/** The key in hexadecimal. Throws `state-unreadable` where it is missing or damaged. */
export async function readNetworkKey(files: Files): Promise<string> {
  const key = (await files.read(paths.networkKey))?.trim();
  if (key !== undefined && pattern.test(key)) return key;
  throw new MusterError('state-unreadable', {
    what: `the network key of the cluster is not in ${paths.networkKey}`,
    why: key === undefined ? 'the file is not there' : 'it is not 64 hexadecimal characters',
    next: 'on the first node: ./install.sh, again; elsewhere: copy the file from another node, or muster uninstall and join anew',
  });
}
