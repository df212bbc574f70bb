import { MusterError } from '../../roles/model/errors.ts';
import type { Clock, Commands, Files, Questions } from '../../roles/model/ports.ts';
import { chooseAddress } from '../local/address.ts';
import { type NodeConfig, writeNodeConfig } from '../local/state.ts';

export interface AddressParts {
  readonly files: Files;
  readonly commands: Commands;
  readonly questions: Questions;
  readonly clock: Clock;
}

/** Looking costs one system call. */
const lookMs = 2_000;
/** A lease that is renewed, or an interface that comes up, may leave the machine without its address for so many looks. */
const goneLooks = 3;

/**
 * The configuration with the address that this machine has now, written where it is another than before. Where the
 * machine has none yet, or several to choose from, it stays: whatever listens there says so.
 */
export async function settledAddress(parts: AddressParts, config: NodeConfig): Promise<NodeConfig> {
  for (let look = 1; look <= goneLooks; look += 1) {
    if (await hasAddress(parts, config.address)) return config;
    if (look < goneLooks) await parts.clock.sleep(lookMs);
  }
  const address = await chooseAddress(parts.commands).catch(() => undefined);
  if (address === undefined) return config;
  const moved = { ...config, address };
  await writeNodeConfig(parts.files, moved);
  return moved;
}

/**
 * Watches the address by which the others reach this node, until the signal aborts. Throws `address-changed` once it has
 * become another: the agent then begins anew, and all that listens and speaks does so there.
 */
export async function watchAddress(
  parts: AddressParts & { readonly config: NodeConfig; readonly signal: AbortSignal },
): Promise<void> {
  const { clock, config, signal } = parts;
  while (!signal.aborted) {
    const { address } = await settledAddress(parts, config);
    if (address !== config.address) throw changed(config.address, address);
    await clock.sleep(lookMs, signal);
  }
}

async function hasAddress({ questions }: AddressParts, address: string): Promise<boolean> {
  return (await questions.ask({ kind: 'address', address })).ok;
}

function changed(before: string, address: string): MusterError {
  return new MusterError('address-changed', {
    what: `this machine is at ${address} now, and no longer at ${before}`,
    why: 'its address was changed while the agent ran: the agent ends, and begins anew there',
    next: 'muster status',
  });
}
