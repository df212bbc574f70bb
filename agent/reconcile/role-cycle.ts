import { ensureOff } from '../../roles/model/ensure.ts';
import { asMusterError, type MusterError } from '../../roles/model/errors.ts';
import type { Details, Health } from '../../roles/model/facts.ts';
import { nothingObserved, type Observed } from '../../roles/model/observed.ts';
import type { Step } from '../../roles/model/step.ts';
import { selfOf, type View } from '../../roles/model/view.ts';
import type { Role, RoleInput } from '../../roles/role.ts';
import { unlessAborted } from './aborted.ts';
import { Answers } from './answers.ts';
import { type ExecuteParts, execute } from './execute.ts';
import type { Journal } from './journal.ts';
import { KeptAnswers } from './kept-answers.ts';
import { observe } from './observe.ts';
import { sentenceOf, tellRestarts, tellStep } from './sentences.ts';

export interface CycleReport {
  readonly health: Health;
  readonly applied: string;
  readonly details: Details;
  /** What the cycle did, in one sentence. */
  readonly sentence: string;
  /** True when something was changed: look again at once. */
  readonly changed: boolean;
}

/** One role's cycle on this node: observe, plan, execute, report. Remembers what it saw last. */
export class RoleCycle {
  readonly #role: Role;
  readonly #parts: ExecuteParts;
  readonly #journal: Journal;
  readonly #answers: Answers;
  #before: Observed = nothingObserved;
  #lastTrouble = '';

  /** `wake`: something is known now that a cycle did not wait for. */
  constructor(role: Role, parts: ExecuteParts, journal: Journal, wake: () => void = () => undefined) {
    this.#role = role;
    this.#parts = parts;
    this.#journal = journal;
    this.#answers = new Answers(new KeptAnswers(parts), parts.clock, wake);
  }

  /**
   * `onLook` hears how the role fares before anything is done: an installation may take minutes. Undefined where the
   * agent ended meanwhile: it does not wait for a server that is slow to answer, and does nothing more.
   */
  async run(
    view: View,
    settings: unknown,
    onLook: (health: Health) => void,
  ): Promise<CycleReport | undefined> {
    const { signal } = this.#parts;
    const input = await unlessAborted(signal, this.#look(view, settings));
    if (input === undefined) return undefined;
    const steps = this.#steps(input);
    if (steps.length > 0) onLook(this.#health(input));
    let changed = false;
    for (const step of steps) {
      if (signal.aborted) return undefined;
      const trouble = await this.#try(step, view);
      if (trouble !== undefined) return this.#report(input, { sentence: trouble, changed });
      changed = true;
    }
    if (steps.length === 0) this.#lastTrouble = '';
    // What was done is looked at again, so that health and roster tell of now and not of before.
    const after = changed ? await unlessAborted(signal, this.#look(view, settings, true)) : input;
    if (after === undefined) return undefined;
    const sentence = changed
      ? `${this.#role.name}: ${steps.length} steps done`
      : `${this.#role.name}: nothing to do`;
    return { ...this.#report(after, { sentence, changed }), ...(this.#ended(after) ? { applied: '' } : {}) };
  }

  /** Of a role that is being taken away nothing is in force once its last service has ended, and not before. */
  #ended(input: RoleInput<unknown>): boolean {
    if (this.#carried(input.view)) return false;
    const { loaded } = input.observed;
    return this.#role.services(input).every(({ unit }) => loaded[unit] === undefined);
  }

  /** The steps of a dry run: nothing is changed, nothing is told. */
  async dryRun(view: View, settings: unknown): Promise<readonly Step[]> {
    const observed = await observe(this.#parts, this.#role.wants({ view, settings }), this.#answers);
    return this.#steps({ view, settings, observed });
  }

  #carried(view: View): boolean {
    return this.#role.name === 'node' || selfOf(view).roles.some((role) => role === this.#role.name);
  }

  /** A role that was taken away ends its services, whatever it is. */
  #steps(input: RoleInput<unknown>): readonly Step[] {
    if (this.#carried(input.view)) return this.#role.plan(input);
    if (this.#role.leave !== undefined) return this.#role.leave(input);
    const why = `this node no longer carries ${this.#role.name}`;
    return ensureOff(input.observed, this.#role.services(input), why);
  }

  #health(input: RoleInput<unknown>): Health {
    if (this.#carried(input.view)) return this.#role.health(input);
    return { state: 'starting', reason: 'it is being taken off this node' };
  }

  async #look(view: View, settings: unknown, own = false): Promise<RoleInput<unknown>> {
    const observed = await observe(this.#parts, this.#role.wants({ view, settings }), this.#answers);
    const services = this.#role.services({ view, settings });
    const restarts = own ? [] : tellRestarts(this.#role.name, services, this.#before, observed);
    for (const restart of restarts) await this.#journal.tell(restart);
    this.#before = observed;
    return { view, settings, observed };
  }

  /** A sentence when the step could not be done; the same trouble is told once, not every cycle. */
  async #try(step: Step, view: View): Promise<string | undefined> {
    try {
      const outcome = await execute(this.#parts, step, view);
      const waits = step.kind === 'await' || step.kind === 'vacant';
      if (!outcome.done) return waits ? await this.#waits(outcome.deferred) : outcome.deferred;
      // A wait that is over is worth no sentence: what it was for follows.
      if (!waits && outcome.told !== true) await this.#journal.tell(tellStep(this.#role.name, step));
      return undefined;
    } catch (error) {
      return await this.#trouble(asMusterError(error));
    }
  }

  /** Told once, not every cycle: a wait that takes long has a reason that somebody should know. */
  async #waits(sentence: string): Promise<string> {
    if (this.#lastTrouble !== sentence) {
      await this.#journal.tell({ kind: 'info', role: this.#role.name, sentence });
    }
    this.#lastTrouble = sentence;
    return sentence;
  }

  async #trouble(error: MusterError): Promise<string> {
    const sentence = sentenceOf(error);
    const key = `${error.code} ${error.message}`;
    if (this.#lastTrouble !== key) {
      await this.#journal.tell({ kind: 'error', role: this.#role.name, sentence, code: error.code });
    }
    this.#lastTrouble = key;
    return sentence;
  }

  #report(input: RoleInput<unknown>, done: { sentence: string; changed: boolean }): CycleReport {
    const details = this.#carried(input.view) ? (this.#role.details?.(input) ?? {}) : {};
    return { health: this.#health(input), applied: this.#role.applied(input), details, ...done };
  }
}
