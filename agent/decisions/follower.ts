import { votersUnreachable } from '../../coordinator/store/errors.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Decisions, Snapshot } from '../../roles/model/ports.ts';
import { DecisionsCopy } from './copy.ts';
import { names, reasonOf } from './pass-on.ts';
import type { PeerApi, PeerPlace } from './peer-api.ts';

export interface FollowerParts {
  readonly api: Pick<PeerApi, 'ask' | 'lines'>;
  /** Who keeps the store, as far as it is known here. */
  readonly voters: () => readonly PeerPlace[];
  readonly place: (node: NodeId) => PeerPlace | undefined;
  /** A copy that came from beside the store. */
  readonly onCopy: (copy: Snapshot) => Promise<void>;
  /** A node says that this one is no member: it may have been removed. */
  readonly onRefused: (by: PeerPlace) => void;
}

const forbidden = 403;

/** The decisions as a node has them that does not keep them itself: from the voters, through their API. */
export class Follower implements Pick<Decisions, 'read' | 'watch'> {
  readonly #parts: FollowerParts;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** From the first voter that hears the store; what others have meanwhile is taken on the way. */
  async read(): Promise<Snapshot> {
    const reasons: string[] = [];
    for (const voter of this.#parts.voters()) {
      try {
        const { store, ...copy } = await this.#copyOf(voter);
        if (store.answers) return copy;
        reasons.push(`${voter.name}: ${store.sentence}`);
        await this.#parts.onCopy(copy);
      } catch (error) {
        reasons.push(reasonOf(error));
      }
    }
    throw votersUnreachable(names(this.#parts.voters()), reasons.join('; '));
  }

  /** Hints whenever a voter's decisions may have changed; the first comes when the watch has begun. */
  async watch(_prefix: string, onHint: () => void, signal: AbortSignal): Promise<void> {
    const [voter] = this.#parts.voters();
    if (voter === undefined) return;
    // An empty line says no more than that the voter lives.
    const onLine = (line: string): void => {
      if (line !== '') onHint();
    };
    await this.#parts.api.lines(voter, '/v1/decisions/watch', onLine, signal);
  }

  /** Takes the decisions of a node that has later ones, while no voter answers. Silence is no error. */
  async takeFrom(node: NodeId): Promise<void> {
    const place = this.#parts.place(node);
    if (place === undefined) return;
    const copy = await this.#copyOf(place).catch(() => undefined);
    if (copy !== undefined) await this.#parts.onCopy({ revision: copy.revision, entries: copy.entries });
  }

  /** Rejects with `peer-unreachable`. */
  async #copyOf(node: PeerPlace): Promise<DecisionsCopy> {
    const { status, body } = await this.#parts.api.ask(node, { method: 'GET', path: '/v1/decisions' });
    if (status === forbidden) this.#parts.onRefused(node);
    const copy = status === 200 ? DecisionsCopy.safeParse(JSON.parse(body)) : undefined;
    if (copy?.success === true) return copy.data;
    throw new MusterError('peer-unreachable', {
      what: `${node.name} gives no decisions`,
      why: `it answers ${status}`,
      next: `muster status, on ${node.name}`,
    });
  }
}
