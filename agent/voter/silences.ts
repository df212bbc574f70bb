import type { Silence } from '../../coordinator/brain/deaths.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Clock } from '../../roles/model/ports.ts';
import type { Finding } from '../cluster/detector-rules.ts';

/** Counts for how long each node was unreachable without a break. */
export class Silences {
  readonly #clock: Clock;
  readonly #sinceMs = new Map<NodeId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be called again and again: what happens between two looks is not noticed. */
  look(findings: Readonly<Record<NodeId, Finding>>): Silence {
    const nowMs = this.#clock.monotonicMs();
    const all = Object.entries(findings);
    for (const [node, finding] of all) {
      if (finding !== 'unreachable') this.#sinceMs.delete(node);
      else if (!this.#sinceMs.has(node)) this.#sinceMs.set(node, nowMs);
    }
    for (const node of this.#sinceMs.keys()) if (findings[node] === undefined) this.#sinceMs.delete(node);
    return {
      silentMs: Object.fromEntries([...this.#sinceMs].map(([node, sinceMs]) => [node, nowMs - sinceMs])),
      heard: all.filter(([, finding]) => finding === 'alive').map(([node]) => node),
    };
  }
}
