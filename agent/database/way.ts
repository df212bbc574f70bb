import { nothingObserved } from '../../roles/model/observed.ts';
import type { View } from '../../roles/model/view.ts';
import { selfOf } from '../../roles/model/view.ts';
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
 * The way of this machine's own programs to the databases: it follows a move of the primary at once, beside the cycle of
 * `web`, which looks at all that it keeps before it does anything. Users wait for it.
 */
export class Way {
  readonly #parts: WayParts;
  #primary: string | undefined;

  constructor(parts: WayParts) {
    this.#parts = parts;
  }

  /** Call it with every change of the decisions; does nothing where the primary is the same. */
  async follow(): Promise<void> {
    const view = this.#parts.view();
    const primary = view?.database?.primary;
    if (view === undefined || primary === this.#primary || !selfOf(view).roles.includes('web')) return;
    this.#primary = primary;
    const answers = { endpoints: await this.#parts.questions.ask(endpointsQuestion) };
    for (const step of slotSteps(view, { ...nothingObserved, answers })) {
      if (await tellHaproxy(this.#parts, step)) await this.#parts.journal.tell(tellStep('web', step));
    }
  }
}
