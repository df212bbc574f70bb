import { SimCluster } from '../../support/sim-cluster.ts';
import { Traffic } from './traffic.ts';

/** Connections stand, and everyone has the facts of all: looked at as often, … */
const settleMs = 5_000;
/** … and not for ever. */
const mostSettleMs = 60_000;
/** Of a cluster that began at once, some have not met before: what they say of a death counts from its repetition on. */
const restMs = 15_000;
/** The views are looked at this often: what is told of a death is late by half of it on average. */
const lookMs = 25;
/** Beyond it a survivor counts as one that never knew. */
const mostMs = 5_000;

export interface Simulated {
  /** From the start of all at once until everyone knows everything. */
  readonly settledMs: number;
  /** Bytes a second of one node at rest, and how they are made up. */
  readonly restBytes: number;
  readonly heartbeatBytes: number;
  readonly exchangeBytes: number;
  /** From each death to each survivor's `unreachable`. */
  readonly knownMs: readonly number[];
}

/** A cluster at rest, and then so many of its nodes that lose their power, one after another. */
export async function simulate(nodes: number, deaths: number, seed: number): Promise<Simulated> {
  const traffic = new Traffic();
  const cluster = new SimCluster(nodes, seed, undefined, () => traffic);
  await cluster.start();
  const settledMs = await settle(cluster);
  traffic.reset();
  await cluster.clock.advance(restMs);
  const perSecond = (bytes: number): number => (1_000 * bytes) / restMs;
  const restBytes = perSecond(traffic.bytesOfOne(nodes));
  const heartbeatBytes = perSecond(traffic.datagramBytes / nodes);
  const exchangeBytes = perSecond(traffic.requestBytes / nodes);
  const knownMs: number[] = [];
  // Not neighbours by number: rings are drawn by hash, and any will do.
  for (let death = 0; death < deaths; death += 1) knownMs.push(...(await die(cluster, death * 7)));
  cluster.stop();
  return { settledMs, restBytes, heartbeatBytes, exchangeBytes, knownMs };
}

async function settle(cluster: SimCluster): Promise<number> {
  for (let wrong = 1; wrong > 0; wrong = cluster.disagreements().length) {
    const nowMs = cluster.clock.monotonicMs();
    if (nowMs >= mostSettleMs) throw new Error(`they do not agree after ${nowMs} ms`);
    await cluster.clock.advance(settleMs);
  }
  return cluster.clock.monotonicMs();
}

async function die(cluster: SimCluster, index: number): Promise<readonly number[]> {
  const victim = cluster.node(index);
  victim.stop('power');
  const diedMs = cluster.clock.monotonicMs();
  let unknowing = cluster.running();
  const knownMs: number[] = [];
  while (unknowing.length > 0 && cluster.clock.monotonicMs() - diedMs < mostMs) {
    await cluster.clock.advance(lookMs);
    const still = unknowing.filter(({ membership }) => membership?.findings()[victim.id] !== 'unreachable');
    knownMs.push(
      ...Array<number>(unknowing.length - still.length).fill(cluster.clock.monotonicMs() - diedMs),
    );
    unknowing = still;
  }
  return [...knownMs, ...unknowing.map(() => Number.POSITIVE_INFINITY)];
}
