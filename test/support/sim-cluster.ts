import type { Member } from '../../agent/cluster/membership-parts.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Verdict } from '../../roles/model/view.ts';
import { FakeClock } from './fake-clock.ts';
import { seededRandom } from './seeds.ts';
import { SimDecisions } from './sim-decisions.ts';
import { simCluster, simIdentity, tombstoneOf } from './sim-identity.ts';
import { Invariants } from './sim-invariants.ts';
import { SimNetwork } from './sim-network.ts';
import { SimNode, type SimWorld } from './sim-node.ts';

/** Up to so many everyone watches everyone; see agent/cluster/rings.ts. */
const mostInCircle = 10;

/** So many nodes of one cluster on a simulated network, which may be that of another cluster. */
export class SimCluster {
  readonly clock: FakeClock;
  readonly network: SimNetwork;
  readonly nodes: readonly SimNode[];
  /** As they were admitted. */
  readonly members: readonly Member[];
  readonly decisions: SimDecisions;
  readonly invariants: Invariants;
  /** How often decisions are brought by who tells of them: gossip arrives where an API may not answer. */
  copiesFetched = 0.2;
  readonly #copies: SimNode[] = [];
  readonly #world: SimWorld;

  constructor(
    count: number,
    seed: number,
    beside?: SimCluster,
    watch: SimWorld['watch'] = (life) => this.invariants.begin(life),
  ) {
    this.clock = beside?.clock ?? new FakeClock();
    this.network = beside?.network ?? new SimNetwork(this.clock, seededRandom(seed));
    const before = beside?.nodes.length ?? 0;
    const ordinals = Array.from({ length: count }, (_, index) => before + index + 1);
    this.members = ordinals.map((ordinal) => simIdentity(ordinal).member);
    this.decisions = new SimDecisions(this.members);
    const ids = this.members.map(({ id }) => id);
    this.invariants = new Invariants({
      nowMs: () => this.clock.monotonicMs(),
      nodes: () => ids,
      isCircle: count <= mostInCircle,
      reach: (a, b) => this.#reach(a, b),
      wrongVerdicts: (observer) => this.#wrongVerdicts(this.#named(observer)),
    });
    this.#world = {
      mark: { id: beside === undefined ? simCluster.id : 'csimulationbb', generation: simCluster.generation },
      network: this.network,
      serves: (node: NodeId) => this.#named(node).serves,
      decisions: () => this.decisions,
      apiAnswers: () => this.network.random.next() < this.copiesFetched,
      watch,
      heardAt: (address, node) => this.#heardAt(address, node),
    };
    this.nodes = ordinals.map((ordinal) => new SimNode(ordinal, this.#world));
  }

  /** The n-th node, from 0. */
  node(index: number): SimNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`there is no node ${index}`);
    return node;
  }

  async start(): Promise<void> {
    for (const node of this.nodes) await node.start();
  }

  /** Another machine with the disk of a node; not started. */
  copyOf({ ordinal, files }: SimNode, address: string): SimNode {
    const copy = new SimNode(ordinal, this.#world);
    copy.address = address;
    for (const [path, { bytes }] of files.files) copy.files.put(path, bytes);
    this.#copies.push(copy);
    return copy;
  }

  stop(): void {
    for (const node of [...this.nodes, ...this.#copies]) node.stop('agent');
  }

  running(): readonly SimNode[] {
    return this.nodes.filter((node) => node.runs);
  }

  /** Those who run and were not removed. */
  present(): readonly SimNode[] {
    return this.running().filter((node) => !this.isRemoved(node));
  }

  isRemoved({ id }: SimNode): boolean {
    return this.decisions.latest.removed.includes(id);
  }

  /** An operator's word to `teller`: decided, and told to whomever it reaches. */
  remove({ id }: SimNode, teller: SimNode): void {
    this.decisions.remove(id);
    teller.take(this.decisions.latest);
    teller.membership?.tellTombstone(tombstoneOf(id));
  }

  /** What each node that runs says of `node`. */
  verdictsOn(node: NodeId): readonly (Verdict | undefined)[] {
    return this.running()
      .filter(({ id }) => id !== node)
      .map(({ membership }) => membership?.verdicts()[node]);
  }

  /** What differs between what is and what those who are members believe, in words; empty when all agree. */
  disagreements(): readonly string[] {
    return this.present().flatMap((observer) =>
      this.#wrongVerdicts(observer).concat(this.#wrongFacts(observer)),
    );
  }

  #wrongVerdicts(observer: SimNode): string[] {
    if (!observer.runs || this.isRemoved(observer)) return [];
    const verdicts = observer.membership?.verdicts() ?? {};
    return (
      this.nodes
        .filter(({ id }) => id !== observer.id)
        .map((node) => ({ id: node.id, is: verdicts[node.id], should: this.#shouldBe(node) }))
        // Whoever is off may have been declared dead meanwhile, or not.
        .filter(({ is, should }) => (is ?? 'left') !== should && !(is === 'dead' && should === 'unreachable'))
        .map(({ id, is, should }) => `${observer.id} says ${id} is ${is}, it is ${should}`)
    );
  }

  #wrongFacts({ id: observer, membership }: SimNode): string[] {
    const facts = membership?.facts() ?? {};
    return this.present()
      .filter(({ id, facts: own }) => JSON.stringify(facts[id]) !== JSON.stringify(own.current()))
      .map(({ id }) => `${observer} has other facts of ${id} than ${id} itself`);
  }

  #shouldBe(node: SimNode): Verdict {
    if (this.isRemoved(node)) return 'left';
    if (node.runs) return 'alive';
    return node.serves ? 'unmanaged' : 'unreachable';
  }

  #reach(a: NodeId, b: NodeId): boolean {
    const there = (id: NodeId): boolean => {
      const node = this.#named(id);
      return node.runs && !this.network.isPaused(id) && !this.isRemoved(node);
    };
    return a !== b && there(a) && there(b) && this.network.passes(a, b) && this.network.passes(b, a);
  }

  #heardAt(address: string, asker: NodeId): ReturnType<SimWorld['heardAt']> {
    const node = [...this.nodes, ...this.#copies].find((one) => one.runs && one.address === address);
    if (node === undefined) throw new Error(`nobody answers at ${address}`);
    if (node.id === asker) return { address, agoMs: 0, livesMs: node.twin.livesMs() };
    return node.membership?.heard(asker) ?? null;
  }

  #named(id: NodeId): SimNode {
    const node = this.nodes.find((one) => one.id === id);
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
  }
}
