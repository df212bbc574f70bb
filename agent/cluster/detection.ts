import type { NodeId } from '../../roles/model/node.ts';
import { detect, findings, isDoubting, startDetector } from './detector.ts';
import type { DetectorEffect, DetectorEvent, DetectorState } from './detector-events.ts';
import { type Finding, isUp } from './detector-rules.ts';
import type { Life } from './life.ts';
import type { ReportWord, Word } from './messages.ts';
import { observersOf } from './rings.ts';

export interface DetectionParts {
  readonly self: NodeId;
  readonly epoch: number;
  /** On the boot clock. */
  readonly now: () => number;
  readonly ask: (node: NodeId) => void;
  readonly askServices: (node: NodeId) => Promise<boolean>;
  readonly say: (word: Word) => void;
  readonly onFound: (node: NodeId, finding: Finding) => void;
}

/** The detector at work: feeds it with what happens, and carries out what it wants. */
export class Detection {
  readonly #parts: DetectionParts;
  #state: DetectorState;

  constructor(parts: DetectionParts) {
    this.#parts = parts;
    this.#state = startDetector(parts.self, parts.epoch, parts.now());
  }

  /** This node's own life now. */
  life(): Life {
    return this.#state.life;
  }

  isDoubting(): boolean {
    return isDoubting(this.#state, this.#parts.now());
  }

  verdicts(): Readonly<Record<NodeId, Finding>> {
    return findings(this.#state);
  }

  /** The verdicts but for those of whom nothing is known yet. */
  findings(): Readonly<Record<NodeId, Finding>> {
    const known = [...this.#state.members].filter(([, { heard, finding }]) => heard || finding !== 'alive');
    return Object.fromEntries(known.map(([node, { finding }]) => [node, finding]));
  }

  /** Whether a node was heard in this life, by this node or those it goes by, and is not missed. */
  isHeard(node: NodeId): boolean {
    const watched = this.#state.members.get(node);
    return watched?.heard === true && isUp(this.#state, node);
  }

  /** Who watches this node: whom it sends heartbeats. */
  observers(): ReadonlySet<NodeId> {
    const { rings, self } = this.#state;
    return observersOf(rings, self, (node) => isUp(this.#state, node));
  }

  /** Whether this node watches that one itself. */
  watches(node: NodeId): boolean {
    return this.#state.members.get(node)?.mine === true;
  }

  tick(lateMs: number): void {
    this.#step({ kind: 'tick', lateMs });
  }

  setMembers(nodes: ReadonlySet<NodeId>): void {
    this.#step({ kind: 'members', nodes: [...nodes] });
  }

  heard(node: NodeId, life: Life, lagging: boolean): void {
    this.#step({ kind: 'heard', node, life, lagging });
  }

  hint(node: NodeId): void {
    this.#step({ kind: 'hint', node });
  }

  reported(observer: NodeId, { silent, repeatMs }: Omit<ReportWord, 'kind'>): void {
    this.#step({ kind: 'report', observer, silent, repeatMs });
  }

  refuted(node: NodeId, life: Life): void {
    this.#step({ kind: 'refuted', node, life });
  }

  #step(event: DetectorEvent): void {
    const { state, effects } = detect(this.#state, event, this.#parts.now());
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: DetectorEffect): void {
    switch (effect.kind) {
      case 'ask':
        this.#parts.ask(effect.node);
        return;
      case 'probe':
        void this.#askServices(effect.node);
        return;
      case 'report':
        this.#parts.say({ kind: 'report', silent: [...effect.silent], repeatMs: effect.repeatMs });
        return;
      case 'refute':
        this.#parts.say({ kind: 'refutation', incarnation: effect.life.incarnation });
        return;
      case 'found':
        this.#parts.onFound(effect.node, effect.finding);
        return;
    }
  }

  /** A question that fails is one without answer. */
  async #askServices(node: NodeId): Promise<void> {
    const answered = await this.#parts.askServices(node).catch(() => false);
    this.#step({ kind: 'probed', node, answered });
  }
}
