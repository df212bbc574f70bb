import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';

import { GATEWAY, NETWORK, ofThisLab, PREFIX_BITS } from '../core/address.ts';
import { run, tryRun } from '../core/run.ts';
import type { LabState } from '../core/state.ts';
import { forwardBeforeOf, saveState } from '../core/state.ts';
import { loadRules } from './nft.ts';

export const BRIDGE = ofThisLab('muster-lab');
const FORWARD_FILE = '/proc/sys/net/ipv4/ip_forward';
const NAT_TABLE = ofThisLab('ip muster_lab', '_');

/** Makes the bridge, and lets machines out through the host by masquerading. */
export const makeBridge = async (state: LabState): Promise<void> => {
  await run('ip', 'link', 'add', BRIDGE, 'type', 'bridge');
  await run('ip', 'address', 'add', `${GATEWAY}/${PREFIX_BITS}`, 'dev', BRIDGE);
  await run('ip', 'link', 'set', BRIDGE, 'up');
  await loadRules(
    NAT_TABLE,
    `chain out { type nat hook postrouting priority srcnat; ip saddr ${NETWORK} oifname != "${BRIDGE}" masquerade; }`,
  );
  // Known before it is changed: a crash in between must not lose what it was.
  const forwardBefore = (await forwardBeforeOf()) ?? (await readFile(FORWARD_FILE, 'utf8')).trim();
  Object.assign(state, { forwardBefore });
  await saveState(state);
  await writeFile(FORWARD_FILE, '1');
};

/** Whether another lab of this host has its bridge up. */
const othersUp = async (): Promise<boolean> =>
  (await readdir('/sys/class/net')).some((name) => /^muster-lab(-\d)?$/.test(name) && name !== BRIDGE);

/** Takes bridge and rules away and puts ip_forward back to what it was. */
export const removeBridge = async (state: LabState | undefined): Promise<void> => {
  if (existsSync(`/sys/class/net/${BRIDGE}`)) await run('ip', 'link', 'delete', BRIDGE);
  await tryRun(['nft', 'delete', 'table', ...NAT_TABLE.split(' ')]);
  // Another lab still needs it, and remembers as well as this one what it was.
  if (state?.forwardBefore !== undefined && !(await othersUp())) {
    const now = (await readFile(FORWARD_FILE, 'utf8')).trim();
    if (now !== state.forwardBefore) await writeFile(FORWARD_FILE, state.forwardBefore);
  }
};
