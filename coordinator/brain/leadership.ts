import type { NodeId } from '../../roles/model/node.ts';
import type { Clock, Decisions } from '../../roles/model/ports.ts';
import { leaderKey } from '../store/keys.ts';

/**
 * The leader's lease. At least twice the worst etcd election (2 s), and short enough that the next leader is there
 * before anyone asks.
 */
export const leaseSeconds = 10;

/** Proof of leadership for one transaction: the revision at which this node became leader. */
export interface Leadership {
  readonly key: string;
  readonly modRevision: number;
}

/** Takes and keeps the leader lease for one node. */
export class Candidate {
  readonly #decisions: Decisions;
  readonly #clock: Clock;
  readonly #self: NodeId;
  #held: { readonly lease: string; readonly leadership: Leadership; readonly untilMs: number } | undefined;

  constructor(decisions: Decisions, clock: Clock, self: NodeId) {
    this.#decisions = decisions;
    this.#clock = clock;
    this.#self = self;
  }

  /** Renews the lease, or tries to take it. Undefined while another leads. Rejects when the store does not answer. */
  async lead(): Promise<Leadership | undefined> {
    // A holder counts from the moment the renewal was sent: the store may have counted from no later than that.
    const sentMs = this.#clock.monotonicMs();
    const held = this.#held;
    if (held !== undefined && sentMs < held.untilMs && (await this.#decisions.renewLease(held.lease))) {
      this.#held = { ...held, untilMs: sentMs + leaseSeconds * 1_000 };
      return held.leadership;
    }
    this.#held = undefined;
    return this.#take(sentMs);
  }

  /** Gives the lease back, so that the next leader need not wait for its end. */
  async resign(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) await this.#decisions.revokeLease(held.lease);
  }

  async #take(sentMs: number): Promise<Leadership | undefined> {
    const lease = await this.#decisions.grantLease(leaseSeconds);
    const taken = await this.#decisions.transact({
      conditions: [{ key: leaderKey, modRevision: 0 }],
      put: { [leaderKey]: JSON.stringify({ node: this.#self }) },
      lease,
    });
    if (!taken.committed) {
      await this.#decisions.revokeLease(lease);
      return undefined;
    }
    const leadership = { key: leaderKey, modRevision: taken.revision };
    this.#held = { lease, leadership, untilMs: sentMs + leaseSeconds * 1_000 };
    return leadership;
  }
}
