import type { NodeId } from '../../roles/model/node.ts';
import type { Random } from '../../roles/model/ports.ts';
import type { Finding } from './detector-rules.ts';
import { dialled, type OverlayState, planOverlay, startOverlay, stirred } from './overlay.ts';
import type { Transport } from './transport.ts';

export interface OverlayParts {
  readonly self: NodeId;
  readonly transport: Transport;
  readonly random: Random;
  /** Whether its heartbeats arrive. */
  readonly isHeard: (node: NodeId) => boolean;
}

/** Keeps the connections to the other nodes. */
export class Overlay {
  readonly #parts: OverlayParts;
  #nodes: readonly NodeId[] = [];
  #state: OverlayState;
  readonly #dialling = new Set<NodeId>();
  readonly #gone = new Set<NodeId>();

  constructor(parts: OverlayParts, nowMs: number) {
    this.#parts = parts;
    this.#state = startOverlay(nowMs);
  }

  setPeers(nodes: ReadonlySet<NodeId>): void {
    this.#nodes = [...nodes];
    for (const node of this.#gone) if (!nodes.has(node)) this.#gone.delete(node);
  }

  /** What was found out about a node: one that was gone may be back with others. */
  found(node: NodeId, finding: Finding, nowMs: number): void {
    if (finding === 'unreachable') this.#gone.add(node);
    else if (finding === 'alive' && this.#gone.delete(node)) this.#state = stirred(this.#state, nowMs);
  }

  tick(nowMs: number): void {
    const { self, transport, random, isHeard } = this.#parts;
    const connected = new Set(transport.connected());
    const peers = this.#nodes.map((id) => ({
      id,
      connected: connected.has(id),
      dialling: this.#dialling.has(id) && !connected.has(id),
      heard: isHeard(id),
    }));
    const plan = planOverlay(this.#state, self, peers, nowMs, random);
    this.#state = plan.state;
    for (const node of plan.dial) void this.#dial(node);
    for (const node of plan.close) transport.disconnect(node);
  }

  /** Never rejects: a node that cannot be reached is dialled again later. */
  async #dial(node: NodeId): Promise<void> {
    this.#dialling.add(node);
    const connected = await this.#parts.transport.connect(node).then(
      () => true,
      () => false,
    );
    this.#dialling.delete(node);
    this.#state = dialled(this.#state, node, connected);
  }
}
