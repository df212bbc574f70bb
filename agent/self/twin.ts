import { HeardReport } from '../api/contract.ts';
import type { PeerApi, PeerPlace } from '../decisions/peer-api.ts';
import type { DecisionSource } from '../decisions/source.ts';
import type { NodeConfig } from '../local/state.ts';

/** A machine that was copied, disk and all, has the identity of another that lives. Which of the two this one is. */
export class Twin {
  #address: string | undefined;

  /** Where the other lives; undefined on a machine that may live itself. */
  address(): string | undefined {
    return this.#address;
  }

  take(address: string | undefined): void {
    this.#address = address;
  }
}

export interface FindTwinParts {
  readonly config: Pick<NodeConfig, 'nodeId' | 'address'>;
  readonly source: { readonly peers: Pick<PeerApi, 'ask'> } & Pick<DecisionSource, 'known'>;
}

/** Whoever is well answers within milliseconds; a start does not wait longer for who is not. */
const deadlineMs = 1_500;
/** Four heartbeats: a node that was heard so lately lives. A machine that only moved was silent for longer. */
const livesMs = 1_000;

/**
 * Asks everyone else, and whoever is where this node was last, whether they hear this node elsewhere: before it says a
 * word under its name. Its address, where there is such a one. Nobody answering is no reason to keep still.
 */
export async function findTwin({ config, source }: FindTwinParts): Promise<string | undefined> {
  const places = (source.known()?.nodes ?? []).filter(({ address }) => address !== config.address);
  const heard = await Promise.all(places.map((place) => heardBy(source.peers, place)));
  const lives = heard.find((one) => one !== null && one.address !== config.address && one.agoMs < livesMs);
  return lives?.address;
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
