import type { TransportHandlers } from '../../agent/cluster/transport.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Clock, Random } from '../../roles/model/ports.ts';

/** Deliveries fall into slots of this, so that a busy network does not mean a wake-up for each. */
const slotMs = 5;
/** A connection over which nothing gets through is given up after this, as the transport's own monitor does. */
const brokenAfterMs = 2_500;

/** How a network behaves towards what is under way. */
export interface Weather {
  readonly leastDelayMs: number;
  readonly mostDelayMs: number;
  /** Share of datagrams and broadcasts that are lost, and that arrive twice. */
  readonly loss: number;
  readonly duplication: number;
}

export const calm: Weather = { leastDelayMs: 1, mostDelayMs: 10, loss: 0, duplication: 0 };

/** One node's end of the network, for one life of its agent. */
export interface SimEnd {
  readonly id: NodeId;
  readonly address: string;
  /** The address of all machines of its network. */
  readonly everyone: string | undefined;
  readonly handlers: TransportHandlers | undefined;
  admits(node: NodeId): boolean;
  /** A broadcast that a neighbour passed on. */
  takeBroadcast(from: NodeId, bytes: Uint8Array): void;
  /** A datagram that only one node can open, which may be another. */
  takeDatagram(from: SimEnd, to: NodeId, bytes: Uint8Array): void;
}

/** A network in memory on a fake clock: delays, loss, doubles, overtaking, cuts in one direction or both, pauses. */
export class SimNetwork {
  readonly clock: Clock;
  readonly random: Random;
  weather: Weather = calm;
  readonly #attached = new Map<NodeId, SimEnd>();
  readonly #places = new Map<string, SimEnd>();
  readonly #cuts = new Set<string>();
  readonly #connections = new Map<NodeId, Set<NodeId>>();
  readonly #slots = new Map<number, (() => void)[]>();
  /** What waits in the sockets of processes that are stopped. */
  readonly #paused = new Map<NodeId, (() => void)[]>();

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  at(id: NodeId): SimEnd | undefined {
    return this.#attached.get(id);
  }

  /** Who listens at an address. */
  whoIsAt(address: string): SimEnd | undefined {
    return this.#places.get(address);
  }

  /** A transport listens. The connections of its node's former life are not its own, whoever still believes in them. */
  up(transport: SimEnd): void {
    this.#connections.delete(transport.id);
    this.#listen(transport);
  }

  #listen(transport: SimEnd): void {
    this.#attached.set(transport.id, transport);
    this.#places.set(transport.address, transport);
  }

  /** A process ends; `silently`: its machine with it, so that nobody hears that connections closed. */
  down(transport: SimEnd, silently: boolean): void {
    if (this.whoIsAt(transport.address) === transport) this.#places.delete(transport.address);
    if (this.#attached.get(transport.id) !== transport) return;
    // Of two machines with one identity the other goes on.
    const twin = [...this.#places.values()].find(({ id }) => id === transport.id);
    if (twin === undefined) this.#attached.delete(transport.id);
    else this.#listen(twin);
    this.#paused.delete(transport.id);
    for (const other of this.peersOf(transport.id)) {
      if (!silently) this.disconnect(transport.id, other);
      else this.deliver(brokenAfterMs, other, () => this.#breakIfDead(other, transport.id));
    }
    this.#connections.delete(transport.id);
  }

  cut(from: NodeId, to: NodeId): void {
    this.#cuts.add(`${from}>${to}`);
  }

  mendAll(): void {
    this.#cuts.clear();
  }

  pause(id: NodeId): void {
    if (!this.#paused.has(id)) this.#paused.set(id, []);
  }

  resume(id: NodeId): void {
    const waiting = this.#paused.get(id) ?? [];
    this.#paused.delete(id);
    for (const deliver of waiting) deliver();
  }

  isPaused(id: NodeId): boolean {
    return this.#paused.has(id);
  }

  passes(from: NodeId, to: NodeId): boolean {
    return !this.#cuts.has(`${from}>${to}`);
  }

  /** Sends a packet that may get lost, or arrive twice, to whoever is at the address, or to everyone near. */
  send(from: SimEnd, address: string, arrive: (transport: SimEnd) => void): void {
    const at = this.whoIsAt(address);
    if (at !== undefined) this.#send(from.id, at, arrive);
    if (address !== from.everyone) return;
    for (const end of this.#places.values()) {
      if (end.everyone === address && end !== from) this.#send(from.id, end, arrive);
    }
  }

  #send(from: NodeId, to: SimEnd, arrive: (transport: SimEnd) => void): void {
    const { loss, duplication } = this.weather;
    if (!this.passes(from, to.id) || this.random.next() < loss) return;
    const copies = this.random.next() < duplication ? 2 : 1;
    const whoever = (): SimEnd | undefined => this.whoIsAt(to.address);
    for (let copy = 0; copy < copies; copy += 1) this.#arrive(to.id, whoever, arrive);
  }

  /** Sends over a connection: nothing is lost while it stands, and one that nothing gets through breaks. */
  sendOver(from: NodeId, to: NodeId, arrive: (transport: SimEnd) => void): void {
    if (!this.isConnected(from, to)) return;
    if (this.#stands(from, to)) this.#arrive(to, () => this.at(to), arrive);
    else this.deliver(brokenAfterMs, from, () => this.#breakIfDead(from, to));
  }

  isConnected(a: NodeId, b: NodeId): boolean {
    return this.#connections.get(a)?.has(b) === true;
  }

  peersOf(id: NodeId): readonly NodeId[] {
    return [...(this.#connections.get(id) ?? [])];
  }

  /** Who has a connection to the other already, be it to a former life of it, hears of no new one. */
  connect(a: NodeId, b: NodeId): void {
    const news = [[a, b] as const, [b, a] as const].filter(([one, other]) => !this.isConnected(one, other));
    for (const [one, other] of news)
      this.#connections.set(one, (this.#connections.get(one) ?? new Set()).add(other));
    for (const [one, other] of news) this.at(one)?.handlers?.onConnected(other);
  }

  disconnect(a: NodeId, b: NodeId): void {
    const gone = [[a, b] as const, [b, a] as const].filter(
      ([one, other]) => this.#connections.get(one)?.delete(other) === true,
    );
    for (const [one, other] of gone) this.at(one)?.handlers?.onDisconnected(other);
  }

  /** Runs `act` later, on whatever runs at that node then: nothing, if its machine is off. */
  deliver(delayMs: number, to: NodeId, act: () => void): void {
    const slot = Math.ceil((this.clock.monotonicMs() + delayMs) / slotMs);
    const waiting = this.#slots.get(slot);
    const item = (): void => {
      const paused = this.#paused.get(to);
      if (paused === undefined) act();
      else paused.push(act);
    };
    if (waiting !== undefined) {
      waiting.push(item);
      return;
    }
    this.#slots.set(slot, [item]);
    void this.clock.sleep(slot * slotMs - this.clock.monotonicMs()).then(() => this.#run(slot));
  }

  #run(slot: number): void {
    const items = this.#slots.get(slot) ?? [];
    this.#slots.delete(slot);
    for (const item of items) item();
  }

  /** On whoever is there by then. */
  #arrive(to: NodeId, there: () => SimEnd | undefined, arrive: (transport: SimEnd) => void): void {
    const { leastDelayMs, mostDelayMs } = this.weather;
    const delayMs = leastDelayMs + this.random.next() * (mostDelayMs - leastDelayMs);
    this.deliver(delayMs, to, () => {
      const transport = there();
      if (transport !== undefined) arrive(transport);
    });
  }

  #breakIfDead(from: NodeId, to: NodeId): void {
    if (!this.#stands(from, to)) this.disconnect(from, to);
  }

  /** Whether both ends have the connection, and hear each other. */
  #stands(a: NodeId, b: NodeId): boolean {
    return this.isConnected(b, a) && this.passes(a, b) && this.passes(b, a) && this.at(b) !== undefined;
  }
}
