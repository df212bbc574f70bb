import type { WebSettings } from './settings.ts';

/** A PHP request of a web page waits for the database most of its time; more than this many per core only queue. */
const workersPerCore = 24;

const fewestWorkers = 4;

/** How many PHP requests a node works on at a time; `memoryMiB` is the part of its memory that the role may plan with. */
export function phpWorkers(settings: WebSettings, hardware: { cores: number; memoryMiB: number }): number {
  if (settings.workers !== 'auto') return settings.workers;
  const byMemory = Math.floor(hardware.memoryMiB / settings.workerMemoryMiB);
  const byCores = Math.ceil(hardware.cores * workersPerCore);
  return Math.max(fewestWorkers, Math.min(byMemory, byCores));
}

/** Threads per Apache process; the event MPM's own default. */
export const threadsPerChild = 25;

/** Apache's ServerLimit cannot change at a reload, so it is the most we ever ask for. */
export const serverLimit = 40;

/**
 * Apache's request threads: those waiting for PHP, and as many again for static files; whole processes. Idle
 * connections cost no thread in the event MPM.
 */
export function apacheThreads(workers: number): number {
  const processes = Math.ceil((workers * 2) / threadsPerChild) + 1;
  return Math.min(serverLimit, Math.max(4, processes)) * threadsPerChild;
}

/** The opcode cache holds two releases of a large application; it is not more than an eighth of small machines. */
export function opcacheMiB(memoryMiB: number): number {
  return Math.max(64, Math.min(256, Math.floor(memoryMiB / 8)));
}

/** Each PHP worker may hold one connection to either endpoint; cron, workers and shells beside them are a few. */
const connectionsPerWorker = 2;
const spareConnections = 200;

/** A connection of a client and the one to its server; beside them the sockets of checks and of the runtime. */
const filesPerConnection = 2;
const spareFiles = 100;

/** Client connections of the endpoints, within the open files where no unit of ours says how many there may be. */
export function endpointConnections(
  settings: WebSettings,
  hardware: { cores: number; memoryMiB: number; openFiles: number; init: string },
): number {
  const wanted = phpWorkers(settings, hardware) * connectionsPerWorker + spareConnections;
  if (hardware.init === 'systemd') return wanted;
  return Math.max(100, Math.min(wanted, Math.floor((hardware.openFiles - spareFiles) / filesPerConnection)));
}

/** A thread passes on some 50,000 queries a second; more than four have nothing to do. */
export function endpointThreads(cores: number): number {
  return Math.max(1, Math.min(4, Math.ceil(cores)));
}
