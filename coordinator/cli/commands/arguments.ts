import { isIPv4 } from 'node:net';
import { Argument, InvalidArgumentError } from 'commander';
import type { PlaceableRole } from '../../../agent/api/contract.ts';
import { nearest } from '../near.ts';

/** Reads a whole number between two others. */
export function numberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${String(least)} to ${String(most)}.`);
  };
}

/** An argument that is one of a few words; a misspelt one is answered with the word that was meant. */
export function oneOf(name: string, description: string, words: readonly string[]): Argument {
  return new Argument(name, description).choices(words).argParser((text: string) => {
    if (words.includes(text)) return text;
    const near = nearest(text, words);
    const hint = near === undefined ? '' : `\n(Did you mean ${near}?)`;
    throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.${hint}`);
  });
}

/** Reads an IPv4 address. */
export function ipv4(text: string): string {
  if (isIPv4(text)) return text;
  throw new InvalidArgumentError('It must be an IPv4 address, as in 10.77.0.12.');
}

/** Two balancers, each with an address of its own, is the most that a cluster shares. */
const mostVips = 2;

/** Reads one shared address after another, with or without the prefix of its network. */
export function sharedAddresses(text: string, before: readonly string[] = []): readonly string[] {
  const [address = '', prefix = '32', ...more] = text.split('/');
  if (!isIPv4(address) || more.length > 0 || !/^([12]?\d|3[0-2])$/.test(prefix)) {
    throw new InvalidArgumentError('It must be an IPv4 address, as in 10.77.0.100 or 10.77.0.100/24.');
  }
  if (before.length === mostVips) {
    throw new InvalidArgumentError('There may be two shared addresses and no more.');
  }
  if (before.some((other) => other.split('/')[0] === address)) {
    throw new InvalidArgumentError('It is there twice.');
  }
  return [...before, text];
}

/** The roles that may be wished for; the contract has them too, but reading it would slow every help down. */
export const roleWords = [
  'balancer',
  'cache',
  'web',
  'db',
  'storage',
] as const satisfies readonly PlaceableRole[];

/** As the contract bounds a new token. */
export const mostTokenUses = 1_000;
export const mostTokenMinutes = 7 * 24 * 60;
