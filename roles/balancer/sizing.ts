import type { BalancerSettings } from './settings.ts';

/** 20,000 connections take about a GiB (HAProxy's own figure); half of that is plenty for ten web servers. */
const mostByDefault = 10_000;

/** Sockets of listeners, checks, the runtime socket and pipes, beside those of connections. */
const spareFiles = 200;

/** The least a setting may ask for; below it nothing is worth balancing. */
const fewest = 100;

/** A client's connection and the one to its server: two files each. */
const filesPerConnection = 2;

/**
 * Connections that a balancer takes. HAProxy refuses to start with more than its open files allow, and its checker does
 * not tell, so a wish beyond that is cut.
 */
export function connections(settings: BalancerSettings, openFiles: number): number {
  const allowed = Math.max(fewest, Math.floor((openFiles - spareFiles) / filesPerConnection));
  const wanted = settings.maxConnections === 'auto' ? mostByDefault : settings.maxConnections;
  return Math.min(wanted, allowed);
}

/**
 * One thread per core. Under a cgroup's quota one more: the quota is spent on whichever of the host's cores is free, and
 * a single thread was measured 4 % slower there. HAProxy itself would count all of the host's cores.
 */
export function threadsOf({ cores, limited }: { readonly cores: number; readonly limited: boolean }): number {
  return Math.max(1, Math.ceil(cores)) + (limited ? 1 : 0);
}
