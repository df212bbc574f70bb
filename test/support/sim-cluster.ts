import type { Member } from '../../agent/cluster/membership-parts.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Verdict } from '../../roles/model/view.ts';
import { FakeClock } from './fake-clock.ts';
import { seededRandom } from './seeds.ts';
import { SimNetwork } from './sim-network.ts';
import { SimNode, simIdentity } from './sim-node.ts';

/** Above those that nodes begin with. */
const firstFreshByte = 100;

/** So many nodes of one cluster on a simulated network, which may be that of another cluster. */
export class SimCluster {
  readonly clock: FakeClock;
  readonly network: SimNetwork;
  readonly nodes: readonly SimNode[];
  readonly members: readonly Member[];
  #moves = 0;

  constructor(count: number, seed: number, beside?: SimCluster) {
    this.clock = beside?.clock ?? new FakeClock();
    this.network = beside?.network ?? new SimNetwork(this.clock, seededRandom(seed));
    const before = beside?.nodes.length ?? 0;
    const ordinals = Array.from({ length: count }, (_, index) => before + index + 1);
    const serves = (node: NodeId): boolean => this.nodes.some(({ id, serves }) => id === node && serves);
    const mark = { id: beside === undefined ? 'csimulationaa' : 'csimulationbb', generation: 1 };
    this.nodes = ordinals.map((ordinal) => new SimNode(ordinal, mark, this.network, serves));
    this.members = ordinals.map((ordinal) => simIdentity(ordinal).member);
  }

  /** An address of their network that no node has had. */
  freshAddress(): string {
    this.#moves += 1;
    return `10.77.0.${String(firstFreshByte + this.#moves)}`;
  }

  /** The n-th node, from 0. */
  node(index: number): SimNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`there is no node ${index}`);
    return node;
  }

  async start(): Promise<void> {
    for (const node of this.nodes) await node.start(this.members);
  }

  stop(): void {
    for (const node of this.nodes) node.stop('agent');
  }

  running(): readonly SimNode[] {
    return this.nodes.filter((node) => node.runs);
  }

  /** What each node that runs says of `node`. */
  verdictsOn(node: NodeId): readonly (Verdict | undefined)[] {
    return this.running()
      .filter(({ id }) => id !== node)
      .map(({ membership }) => membership?.verdicts()[node]);
  }

  /** What differs between what is and what those who run believe, in words; empty when all agree. */
  disagreements(): readonly string[] {
    return this.running().flatMap((observer) =>
      this.#wrongVerdicts(observer).concat(this.#wrongFacts(observer)),
    );
  }

  #wrongVerdicts({ id: observer, membership }: SimNode): string[] {
    const verdicts = membership?.verdicts() ?? {};
    return this.nodes
      .filter(({ id }) => id !== observer)
      .map(({ id, runs, serves }) => ({ id, is: verdicts[id], should: shouldBe(runs, serves) }))
      .filter(({ is, should }) => is !== should)
      .map(({ id, is, should }) => `${observer} says ${id} is ${is}, it is ${should}`);
  }

  #wrongFacts({ id: observer, membership }: SimNode): string[] {
    const facts = membership?.facts() ?? {};
    return this.running()
      .filter(({ id, facts: own }) => JSON.stringify(facts[id]) !== JSON.stringify(own.current()))
      .map(({ id }) => `${observer} has other facts of ${id} than ${id} itself`);
  }
}

function shouldBe(runs: boolean, serves: boolean): Verdict {
  if (runs) return 'alive';
  return serves ? 'unmanaged' : 'unreachable';
}
