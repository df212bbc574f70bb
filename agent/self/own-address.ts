import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import { sameNetwork } from '../../roles/model/ipv4.ts';
import type { Clock, Commands, Files, Questions } from '../../roles/model/ports.ts';
import { ClusterSettings } from '../../roles/model/settings.ts';
import { vipsOf } from '../../roles/model/vip.ts';
import { chooseAddress } from '../local/address.ts';
import { type NodeConfig, writeNodeConfig } from '../local/state.ts';

export interface AddressParts {
  readonly files: Files;
  readonly commands: Commands;
  readonly questions: Questions;
  readonly clock: Clock;
  /** Addresses that come and go with a role: none of them is a machine's own. */
  readonly shared: () => readonly string[];
}

/** Looking costs one system call. */
const lookMs = 500;
/** With another address in its place: twice, so that whoever gives it a new one has finished. */
const replacedLooks = 2;
/** With none of the same network: a lease that is renewed, or an interface that comes up, takes seconds. */
const goneLooks = 12;
/** Of the networks that machines like ours are in; where it is another, it only takes seconds longer. */
const usualPrefix = 24;

/**
 * The configuration with the address that this machine has now, written where it is another than before. Where the
 * machine has none yet, or several to choose from, it stays: whatever listens there says so.
 */
export async function settledAddress(parts: AddressParts, config: NodeConfig): Promise<NodeConfig> {
  for (let look = 1; !(await hasAddress(parts, config.address)); look += 1) {
    const address = await another(parts);
    const replaced = address !== undefined && sameNetwork(address, config.address, usualPrefix);
    if (look >= (replaced ? replacedLooks : goneLooks)) return movedTo(parts, config, address);
    await parts.clock.sleep(lookMs);
  }
  return config;
}

/** What `muster init` would choose; undefined where it would ask. */
async function another({ commands, shared }: AddressParts): Promise<string | undefined> {
  const address = await chooseAddress(commands).catch(() => undefined);
  return address !== undefined && shared().includes(address) ? undefined : address;
}

/** The shared addresses of stored settings; none of settings that cannot be read. */
export function sharedAddresses(settings: unknown): readonly string[] {
  const { data } = z.looseObject({ cluster: ClusterSettings }).safeParse(settings);
  return data === undefined ? [] : vipsOf({ settings: data }).map(({ address }) => address);
}

async function movedTo(
  { files }: AddressParts,
  config: NodeConfig,
  address: string | undefined,
): Promise<NodeConfig> {
  if (address === undefined) return config;
  const moved = { ...config, address };
  await writeNodeConfig(files, moved);
  return moved;
}

export interface WatchParts extends AddressParts {
  readonly config: NodeConfig;
  readonly signal: AbortSignal;
  /** The machine does not have it; whether it gets it back, or another one, is not known yet. */
  readonly onGone: () => void;
}

/**
 * Watches the address by which the others reach this node, until the signal aborts. Throws `AddressChanged` once it has
 * become another: the agent then begins anew, and all that listens and speaks does so there.
 */
export async function watchAddress(parts: WatchParts): Promise<void> {
  const { clock, config, signal, onGone } = parts;
  while (!signal.aborted) {
    if (!(await hasAddress(parts, config.address))) onGone();
    const { address } = await settledAddress(parts, config);
    if (address !== config.address) throw new AddressChanged(config.address, address);
    await clock.sleep(lookMs, signal);
  }
}

async function hasAddress({ questions }: AddressParts, address: string): Promise<boolean> {
  return (await questions.ask({ kind: 'address', address })).ok;
}

/** The agent is to begin anew: this machine is at another address than the one it left. */
export class AddressChanged extends MusterError {
  readonly left: string;

  constructor(left: string, address: string) {
    super('address-changed', {
      what: `this machine is at ${address} now, and no longer at ${left}`,
      why: 'its address was changed while the agent ran: the agent ends, and begins anew there',
      next: 'muster status',
    });
    this.left = left;
  }
}
