import { existsSync } from 'node:fs';

import { linkOf, ofThisLab } from '../core/address.ts';
import { run, tryRun } from '../core/run.ts';
import type { LabState } from '../core/state.ts';
import { BRIDGE } from './bridge.ts';
import { loadRules } from './nft.ts';

const TABLE = ofThisLab('bridge muster_lab', '_');

/** nft refuses a comparison that always holds. */
const chance = (percent: number): string => (percent >= 100 ? '' : `numgen random mod 100 < ${percent} `);

/**
 * The rules for cut links and lost packets. They work on the bridge's ports, outside the machines: so they hold for
 * every frame (ARP, multicast, virtual addresses), outlive a machine's power loss, no firewall reload inside can undo
 * them, and a sender sees silence, as with a pulled cable, and no local error.
 */
export const linkRules = (state: Pick<LabState, 'cuts' | 'lossPercent'>): string => {
  const cuts = state.cuts.map(([from, to]) => `iifname "${linkOf(from)}" oifname "${linkOf(to)}" drop;`);
  const losses = Object.entries(state.lossPercent).map(
    ([name, percent]) => `oifname "${linkOf(name)}" ${chance(percent)}drop;`,
  );
  return [
    'chain cuts { type filter hook forward priority -300;',
    ...cuts,
    '}',
    'chain losses { type filter hook postrouting priority -300;',
    ...losses,
    '}',
  ].join('\n');
};

/** Brings the rules in force that the state asks for. */
export const applyLinks = async (state: LabState): Promise<void> => loadRules(TABLE, linkRules(state));

/** Takes the rules away. */
export const removeLinks = async (): Promise<void> => {
  await tryRun(['nft', 'delete', 'table', ...TABLE.split(' ')]);
};

/**
 * Takes a dead machine's cable away. By itself it goes with the network namespace, and that lives on for half a minute
 * where connections were open at the death.
 */
export const removeLink = async (name: string): Promise<void> => {
  await tryRun(['ip', 'link', 'delete', linkOf(name)]);
};

/** Lays the cable of a machine whose network card is a program of this host. */
export const makeTap = async (name: string): Promise<void> => {
  await run('ip', 'tuntap', 'add', 'dev', linkOf(name), 'mode', 'tap');
  await run('ip', 'link', 'set', linkOf(name), 'master', BRIDGE, 'up');
};

/** Pulls a machine's cable on the bridge side. */
export const linkDown = async (name: string): Promise<void> => {
  if (existsSync(`/sys/class/net/${linkOf(name)}`)) await run('ip', 'link', 'set', linkOf(name), 'down');
};
