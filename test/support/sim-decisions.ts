import type { Member } from '../../agent/cluster/membership-parts.ts';
import type { NodeId } from '../../roles/model/node.ts';

/** What was decided up to a revision, as a node has it on its disk. */
export interface Copy {
  readonly revision: number;
  readonly members: readonly Member[];
  readonly removed: readonly NodeId[];
}

/** The decisions of a simulated cluster: who is a member, who is dead, who was removed. Nobody hears of them here. */
export class SimDecisions {
  readonly first: Copy;
  readonly #copies: Copy[];

  constructor(members: readonly Member[]) {
    this.first = { revision: 0, members, removed: [] };
    this.#copies = [this.first];
  }

  at(revision: number): Copy | undefined {
    return this.#copies[revision];
  }

  get latest(): Copy {
    return this.#copies.at(-1) ?? this.first;
  }

  remove(node: NodeId): void {
    const { members, removed } = this.latest;
    this.#decide({ members: members.filter(({ id }) => id !== node), removed: [...removed, node] });
  }

  setDead(node: NodeId, dead: boolean): void {
    const { members, removed } = this.latest;
    const declared = (member: Member): Member => ({ ...member, dead });
    this.#decide({
      members: members.map((member) => (member.id === node ? declared(member) : member)),
      removed,
    });
  }

  #decide(decided: Omit<Copy, 'revision'>): void {
    this.#copies.push({ revision: this.latest.revision + 1, ...decided });
  }
}
