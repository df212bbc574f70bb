import { MusterError } from '../../roles/model/errors.ts';
import type { Clock } from '../../roles/model/ports.ts';
import { HeardReport } from '../api/contract.ts';
import type { PeerApi, PeerPlace } from '../decisions/peer-api.ts';
import type { DecisionSource } from '../decisions/source.ts';
import type { NodeConfig } from '../local/state.ts';

/** A machine that was copied, disk and all, has the identity of another that lives. Which of the two this one is. */
export class Twin {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #startedMs: number;
  readonly #left: string | undefined;
  #address: string | undefined;

  /** `left`: where this very machine was a moment ago. */
  constructor(clock: Pick<Clock, 'monotonicMs'>, left?: string) {
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    this.#left = left;
  }

  /** Where this machine was before: whoever is still heard there is itself. */
  left(): string | undefined {
    return this.#left;
  }

  /** Where the other lives; undefined on a machine that may live itself. */
  address(): string | undefined {
    return this.#address;
  }

  take(address: string | undefined): void {
    this.#address = address;
  }

  /** For how long the agent of this machine has lived. */
  livesMs(): number {
    return this.#clock.monotonicMs() - this.#startedMs;
  }
}

export interface FindTwinParts {
  readonly config: Pick<NodeConfig, 'nodeId' | 'address'>;
  readonly twin: Pick<Twin, 'left' | 'livesMs'>;
  readonly source: { readonly peers: Pick<PeerApi, 'ask'> } & Pick<DecisionSource, 'known'>;
}

/** Whoever is well answers within milliseconds; a start does not wait longer for who is not. */
const deadlineMs = 1_500;
/** Four heartbeats: a node that was heard so lately lives. A machine that only moved was silent for longer. */
const livesMs = 1_000;
/** Two that outlive each other in turn are both heard again and again, if not at each moment. */
const rivalMs = 60_000;
/** Two lives that began so close together began at once: each of the two asks at another moment. */
const sameStartMs = 2_000;

/**
 * Asks everyone else, and whoever is where this node was last, whether they hear this node elsewhere: before it says a
 * word under its name. Its address, where there is such a one. Nobody answering is no reason to keep still.
 */
export async function findTwin(parts: FindTwinParts): Promise<string | undefined> {
  const heard = await heardElsewhere(parts);
  return heard.find(({ agoMs }) => agoMs < livesMs)?.address;
}

/** Another machine under the identity of this one, as the others hear it, and as it answers itself. */
export interface Rival {
  readonly address: string;
  /** How long ago the others heard it. */
  readonly agoMs: number;
  /** For how long its agent has lived; undefined where it does not answer. */
  readonly livesMs?: number | undefined;
}

/**
 * Whether this one of two machines that outlive each other keeps still: the one whose life began later does. Both come
 * to the same answer, each for itself.
 */
export function keepsStill(own: Pick<Rival, 'address' | 'livesMs'>, rival: Rival): boolean {
  const higher = own.address > rival.address;
  // It may be gone: where this one was before it moved.
  if (rival.livesMs === undefined) return rival.agoMs < livesMs && higher;
  const olderByMs = (own.livesMs ?? 0) - rival.livesMs;
  return Math.abs(olderByMs) < sameStartMs ? higher : olderByMs < 0;
}

/**
 * Asks as `findTwin` does, in the middle of a life, and then the other one itself. Its address, where it is this machine
 * that is to keep still.
 */
export async function findRival(parts: FindTwinParts): Promise<string | undefined> {
  const { config, source, twin } = parts;
  const heard = await heardElsewhere(parts);
  const rivals = await Promise.all(
    heard
      .filter(({ agoMs }) => agoMs < rivalMs)
      .map(async ({ address, agoMs }): Promise<Rival> => {
        const itself = await heardBy(source.peers, { id: config.nodeId, name: config.nodeId, address });
        return { address, agoMs, livesMs: itself?.livesMs };
      }),
  );
  const own = { address: config.address, livesMs: twin.livesMs() };
  return rivals.find((rival) => keepsStill(own, rival))?.address;
}

/** A disk that was put back is outlived by its own past once; twice within so long, it is somebody else who lives. */
const fightMs = 60_000;

/** Whether this node, which is outlived now, is so again and again. */
export function isFight(beforeMs: number | undefined, nowMs: number): boolean {
  return beforeMs !== undefined && nowMs - beforeMs < fightMs;
}

/** The end of this life, once it is known that this machine is to keep still. */
export function twinLives(address: string): MusterError {
  return new MusterError('twin-lives', {
    what: `another machine, at ${address}, lives under this node's identity`,
    why: 'the others hear both, and that one began earlier: this one is a copy of it',
    next: 'here: muster uninstall, then join it anew',
  });
}

async function heardElsewhere({
  config,
  source,
  twin,
}: FindTwinParts): Promise<readonly NonNullable<HeardReport['heard']>[]> {
  const isElsewhere = ({ address }: { readonly address: string }): boolean =>
    address !== config.address && address !== twin.left();
  const places = (source.known()?.nodes ?? []).filter(isElsewhere);
  const heard = await Promise.all(places.map((place) => heardBy(source.peers, place)));
  return heard.filter((one) => one !== null).filter(isElsewhere);
}

async function heardBy(peers: Pick<PeerApi, 'ask'>, place: PeerPlace): Promise<HeardReport['heard']> {
  try {
    const { status, body } = await peers.ask(place, { method: 'GET', path: '/v1/heard', deadlineMs });
    return status === 200 ? HeardReport.parse(JSON.parse(body)).heard : null;
  } catch {
    // It is away, or of another release: others may answer.
    return null;
  }
}

/** What the journal of the one that came later says. */
export function toldToKeepStill(address: string): string {
  return `another machine, at ${address}, lives under this node's identity (a cloned disk?), so this one keeps still; next, here: muster uninstall, then join it anew`;
}
