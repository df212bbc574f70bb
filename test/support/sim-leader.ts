import { Silences } from '../../agent/voter/silences.ts';
import { deaths } from '../../coordinator/brain/deaths.ts';
import { deathKey } from '../../coordinator/store/keys.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import type { SimCluster } from './sim-cluster.ts';
import { simCluster } from './sim-identity.ts';
import type { SimNode } from './sim-node.ts';
import { recordOf } from './sketches.ts';

/** The leader hears a node that lives again at its next look, and has decided it at the one after. */
const livesAgainMs = 3_000;

/** Who is declared dead in a simulated cluster: the real rule, asked once a second by whoever can lead. */
export class SimLeader {
  readonly #cluster: SimCluster;
  readonly #silences = new Map<NodeId, Silences>();
  /** Since when the one who leads and another reach each other. */
  readonly #sinceMs = new Map<string, number>();
  readonly declared: NodeId[] = [];

  constructor(cluster: SimCluster) {
    this.#cluster = cluster;
  }

  look(): void {
    const { nodes, clock } = this.#cluster;
    for (const node of nodes) if (!node.runs) this.#silences.delete(node.id);
    const leader = nodes.find((node) => this.#mayLead(node));
    for (const node of nodes) {
      if (node.membership === undefined) continue;
      const silences = this.#silences.get(node.id) ?? new Silences(clock);
      this.#silences.set(node.id, silences);
      const silence = silences.look(node.membership.findings());
      if (node === leader) this.#decide(node, silence);
    }
    if (leader !== undefined) this.#check(leader);
  }

  #decide(leader: SimNode, silence: ReturnType<Silences['look']>): void {
    const { decisions, clock } = this.#cluster;
    leader.take(decisions.latest);
    const changes = deaths(this.#view(leader.id), this.#snapshot(), silence, clock.now());
    for (const { id } of decisions.latest.members) {
      const key = deathKey(id);
      if (changes.some(({ transaction }) => transaction.put?.[key] !== undefined)) {
        this.declared.push(id);
        decisions.setDead(id, true);
      }
      if (changes.some(({ transaction }) => transaction.remove?.includes(key))) decisions.setDead(id, false);
    }
    leader.take(decisions.latest);
  }

  /** Whom the leader can reach does not stay dead. */
  #check({ id: leader }: SimNode): void {
    const { decisions, clock, invariants } = this.#cluster;
    const nowMs = clock.monotonicMs();
    for (const { id, dead } of decisions.latest.members) {
      const pair = `${leader} ${id}`;
      if (!invariants.whole.reach(leader, id)) this.#sinceMs.delete(pair);
      else this.#sinceMs.set(pair, this.#sinceMs.get(pair) ?? nowMs);
      const sinceMs = this.#sinceMs.get(pair) ?? nowMs;
      if (dead && nowMs - sinceMs > livesAgainMs) invariants.fail(`${id} lives, and stays dead`);
    }
  }

  /** It reaches more than half of the members, itself among them: else the store would not answer. */
  #mayLead(node: SimNode): boolean {
    const { invariants, network, decisions } = this.#cluster;
    if (!node.runs || network.isPaused(node.id) || this.#cluster.isRemoved(node)) return false;
    const { members } = decisions.latest;
    const reached = members.filter(({ id }) => invariants.whole.reach(node.id, id)).length;
    return 2 * (reached + 1) > members.length;
  }

  #view(self: NodeId): View {
    const { members, revision } = this.#cluster.decisions.latest;
    const ordinalOf = (id: NodeId): number =>
      this.#cluster.nodes.find((node) => node.id === id)?.ordinal ?? 0;
    const nodes = members.map(({ id }) => ({
      record: recordOf(ordinalOf(id)),
      roles: [],
      verdict: 'alive' as const,
    }));
    return { self, cluster: { ...simCluster, name: 'simulated' }, revision, settings: {}, nodes };
  }

  #snapshot(): Snapshot {
    const { members, revision } = this.#cluster.decisions.latest;
    const value = JSON.stringify({ at: this.#cluster.clock.now().toISOString() });
    const dead = members.filter((member) => member.dead);
    const entries = dead.map(({ id }) => [deathKey(id), { value, modRevision: revision }]);
    return { revision, entries: Object.fromEntries(entries) };
  }
}
