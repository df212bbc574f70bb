import type { NodeId } from '../../roles/model/node.ts';
import { type BeaconState, planBeacon } from './beacon.ts';

/** Lost datagrams, and a machine that is busy, are asked again; a network that answers at all does so by then. */
const greetForMs = 10_000;
const greetAgainMs = 1_000;

export interface SearchParts {
  /** The address of all machines of this network; undefined where there is none. */
  readonly everyone: string | undefined;
  readonly ask: (node: NodeId, address: string) => void;
  /** Whether its heartbeats arrive. */
  readonly isHeard: (node: NodeId) => boolean;
}

/** An address at which every other node is asked for. */
interface Greeting {
  readonly address: string;
  readonly untilMs: number;
  dueMs: number;
  readonly over: (who: NodeId | undefined) => void;
}

/** Looks for nodes at other places than those they are known at. */
export class Search {
  readonly #parts: SearchParts;
  #nodes: readonly NodeId[] = [];
  #beacon: BeaconState | undefined;
  readonly #greetings = new Set<Greeting>();

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  setPeers(nodes: ReadonlySet<NodeId>): void {
    this.#nodes = [...nodes];
  }

  tick(nowMs: number): void {
    const { everyone } = this.#parts;
    if (everyone !== undefined) this.#callEveryone(everyone, nowMs);
    for (const greeting of this.#greetings) this.#greet(greeting, nowMs);
  }

  /** Asks at an address for every other node. Resolves with the one that answers from there; undefined where none does. */
  greet(address: string, nowMs: number): Promise<NodeId | undefined> {
    const { promise, resolve } = Promise.withResolvers<NodeId | undefined>();
    this.#greetings.add({ address, untilMs: nowMs + greetForMs, dueMs: nowMs, over: resolve });
    return promise;
  }

  /** A fresh heartbeat came from there. */
  heard(node: NodeId, address: string): void {
    for (const greeting of this.#greetings) if (greeting.address === address) this.#end(greeting, node);
  }

  end(): void {
    for (const greeting of this.#greetings) this.#end(greeting, undefined);
  }

  #callEveryone(address: string, nowMs: number): void {
    const peers = this.#nodes.map((id) => ({ id, heard: this.#parts.isHeard(id) }));
    const { state, ask } = planBeacon(this.#beacon, peers, nowMs);
    this.#beacon = state;
    for (const node of ask) this.#parts.ask(node, address);
  }

  #greet(greeting: Greeting, nowMs: number): void {
    if (nowMs >= greeting.untilMs) {
      this.#end(greeting, undefined);
      return;
    }
    if (nowMs < greeting.dueMs) return;
    greeting.dueMs = nowMs + greetAgainMs;
    for (const node of this.#nodes) this.#parts.ask(node, greeting.address);
  }

  #end(greeting: Greeting, who: NodeId | undefined): void {
    this.#greetings.delete(greeting);
    greeting.over(who);
  }
}
