import { nothingObserved } from '../../roles/model/observed.ts';
import { carriersOf, carriesOrEnds, selfOf, type View } from '../../roles/model/view.ts';
import { endpointsQuestion } from '../../roles/web/endpoints.ts';
import { slotSteps } from '../../roles/web/endpoints-plan.ts';
import type { Journal } from '../reconcile/journal.ts';
import { type RuntimeParts, tellHaproxy } from '../reconcile/runtime-step.ts';
import { tellStep } from '../reconcile/sentences.ts';

export interface WayParts extends RuntimeParts {
  readonly journal: Pick<Journal, 'tell'>;
  readonly view: () => View | undefined;
}

/**
 * The way of this machine's own programs to the databases: it follows a move of the primary, a replica that falls behind
 * and a server that is away at once, beside the cycle of `web`, which looks at all that it keeps before it does anything.
 */
export class Way {
  readonly #parts: WayParts;
  #key: string | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(parts: WayParts) {
    this.#parts = parts;
  }

  /** Call it with whatever is new; does nothing where it says nothing new of the databases. */
  follow(): Promise<void> {
    const view = this.#parts.view();
    if (view === undefined || !hasWay(view)) return Promise.resolve();
    const key = keyOf(view);
    if (key === this.#key) return this.#queue;
    this.#key = key;
    // What HAProxy refuses the cycle finds again, and tells.
    return this.turn().catch(() => undefined);
  }

  /** Turns it to where the databases are by the newest view, one turn after another. Rejects with `runtime-refused`. */
  turn(): Promise<void> {
    const turned = this.#queue.then(() => this.#turn());
    this.#queue = turned.catch(() => undefined);
    return turned;
  }

  async #turn(): Promise<void> {
    const view = this.#parts.view();
    if (view === undefined) return;
    const answers = { endpoints: await this.#parts.questions.ask(endpointsQuestion) };
    for (const step of slotSteps(view, { ...nothingObserved, answers })) {
      if (await tellHaproxy(this.#parts, step)) await this.#parts.journal.tell(tellStep('web', step));
    }
  }
}

/** Pages that are under way when the role is taken away still need it. */
function hasWay(view: View): boolean {
  return carriesOrEnds(selfOf(view), 'web');
}

/** What the rosters of writes and reads are made of. */
function keyOf(view: View): string {
  const servers = carriersOf(view, 'db').map(({ record, verdict, facts }) => [
    record,
    verdict,
    facts?.details?.db,
  ]);
  return JSON.stringify([view.database?.primary, servers]);
}
