import { SimCluster } from '../../support/sim-cluster.ts';
import { Traffic } from './traffic.ts';

/** Connections stand, and everyone has the facts of all. */
const settleMs = 10_000;
const restMs = 10_000;
/** The views are looked at this often: what is told of a death is late by half of it on average. */
const lookMs = 25;
/** Beyond it a survivor counts as one that never knew. */
const mostMs = 5_000;

export interface Simulated {
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
  await cluster.clock.advance(settleMs);
  const wrong = cluster.disagreements();
  if (wrong.length > 0) throw new Error(`they do not agree at rest: ${wrong.slice(0, 3).join('; ')}`);
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
  return { restBytes, heartbeatBytes, exchangeBytes, knownMs };
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
