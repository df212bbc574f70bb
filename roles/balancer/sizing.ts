import type { BalancerSettings } from './settings.ts';

/** 20,000 connections take about a GiB (HAProxy's own figure); half of that is plenty for ten web servers. */
const mostByDefault = 10_000;

/** Sockets of listeners, checks, the runtime socket and pipes, beside those of connections. */
const spareFiles = 200;

/** A client's connection and the one to its server: two files each. */
const filesPerConnection = 2;

/** Connections that a balancer takes. HAProxy refuses to start with more than its open files allow. */
export function connections(settings: BalancerSettings, openFiles: number): number {
  if (settings.maxConnections !== 'auto') return settings.maxConnections;
  const allowed = Math.floor((openFiles - spareFiles) / filesPerConnection);
  return Math.max(100, Math.min(mostByDefault, allowed));
}
