import { PREFIX_BITS } from '../core/address.ts';
import type { Machine } from '../core/state.ts';
import { until } from '../core/until.ts';
import { lastWords } from './console.ts';
import { perform } from './perform.ts';

/** Half a second on an idle host; many machines on two cores need more. */
const READY_DEADLINE_MS = 90_000;
/** Emulated, everything takes ten times as long and more. */
const EMULATED_READY_DEADLINE_MS = 600_000;
const ASK_DEADLINE_MS = 20_000;
const GOOD = new Set(['running', 'degraded']);

const asked = async (name: string, argv: readonly string[]): Promise<string> => {
  const said = await perform(name, argv, { timeoutMs: ASK_DEADLINE_MS });
  return (said.stdout || said.stderr).trim();
};

/** Returns when a machine's system has come up and its address is in place. */
export const whenReady = async (machine: Machine): Promise<void> => {
  let heard = '';
  await until(
    `${machine.name} is up`,
    async () => {
      const network = await asked(machine.name, ['ip', '-4', '-o', 'address', 'show', 'dev', 'host0']);
      heard = network;
      // Whichever it is: it may have been given another than it was made with. A shared one is a network of its own.
      if (!network.includes(`/${PREFIX_BITS} `)) return undefined;
      if (machine.init === 'none') return true;
      heard = await asked(machine.name, ['systemctl', 'is-system-running']);
      return GOOD.has(heard) ? true : undefined;
    },
    {
      deadlineMs: machine.init === 'kernel' ? EMULATED_READY_DEADLINE_MS : READY_DEADLINE_MS,
      lastWords: async () => `last heard: ${heard || 'nothing'}\n${await lastWords(machine.name)}`,
    },
  );
};
