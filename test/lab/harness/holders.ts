import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import { leaderOf } from '../machine/leader.ts';
import type { LabMachine } from './machine.ts';

/** A third of the shortest time in which keepalived notices that a holder is gone: no holder goes unseen. */
const EVERY_MS = 50;

/** True where a machine's routing table (/proc/net/fib_trie) says that an address is its own. */
export const ownsAddress = (fibTrie: string, address: string): boolean =>
  new RegExp(`\\|-- ${address.replaceAll('.', '\\.')}\\n\\s+/32 host LOCAL`).test(fibTrie);

/** From the host, through the process table: a tenth of a millisecond, and no machine has a part in it. */
const owns = async (name: string, address: string): Promise<boolean> => {
  const leader = await leaderOf(name);
  const trie = await readFile(`/proc/${leader}/net/fib_trie`, 'utf8').catch(() => '');
  return ownsAddress(trie, address);
};

/** The names of all machines that have an address on an interface now: none, one, or what must never be. */
export const holdersOf = async (machines: readonly LabMachine[], address: string): Promise<string[]> => {
  const found = await Promise.all(machines.map(({ name }) => owns(name, address)));
  return machines.filter((_, at) => found[at]).map(({ name }) => name);
};

/** Moments at which several machines had one address. */
export interface HolderWatch {
  stop(): Promise<ReadonlyArray<{ readonly atMs: number; readonly names: readonly string[] }>>;
}

/** Looks at all machines again and again for two that have the address at the same time. */
export const watchHolders = (machines: readonly LabMachine[], address: string): HolderWatch => {
  const ended = new AbortController();
  const seen: Array<{ atMs: number; names: readonly string[] }> = [];
  const watching = (async () => {
    while (!ended.signal.aborted) {
      const names = await holdersOf(machines, address);
      // Machines are read one after another. Who has it before and after another one was seen with it, had it then.
      const still = names.length > 1 ? await holdersOf(machines, address) : [];
      const both = names.filter((name) => still.includes(name));
      if (both.length > 1) seen.push({ atMs: Date.now(), names: both });
      await pause(EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      ended.abort();
      await watching;
      return seen;
    },
  };
};
