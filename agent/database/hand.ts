import { details } from '../../roles/db/health.ts';
import { serverSteps } from '../../roles/db/plan.ts';
import { originPath } from '../../roles/db/service.ts';
import { DbSettings } from '../../roles/db/settings.ts';
import { lagOf, lagQuestion, stateOf, stateQuestions } from '../../roles/db/state.ts';
import { MusterError } from '../../roles/model/errors.ts';
import { nothingObserved, type Observed } from '../../roles/model/observed.ts';
import type { Files, Questions } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { schemaVersion } from '../api/contract.ts';
import type { ServerReport } from '../api/contract-server.ts';
import type { DecisionSource } from '../decisions/source.ts';
import type { Gate } from './gate.ts';

export interface HandParts {
  readonly files: Files;
  readonly questions: Questions;
  readonly gate: Pick<Gate, 'carryOut'>;
  readonly source: Pick<DecisionSource, 'refresh'>;
  readonly view: () => View | undefined;
  /** Wakes the cycles of this node, so that its facts tell what has changed. */
  readonly wake: () => void;
}

/** A turn converges in two rounds; more is a fault, and the next word finds out which. */
const mostRounds = 5;

/**
 * The quick way to this node's server, beside its cycle: the same plan, without looking at packages, files and
 * services. What moves the primary goes this way, since users wait for it.
 */
export class Hand {
  readonly #parts: HandParts;

  constructor(parts: HandParts) {
    this.#parts = parts;
  }

  /** What the server says of itself; nothing is changed. */
  async look(): Promise<ServerReport> {
    const view = this.#view();
    return reportOf(view, await this.#observe(true));
  }

  /** Does what follows from the word of this epoch, or from a later one. */
  async turn(epoch: number): Promise<ServerReport> {
    if ((this.#view().database?.epoch ?? 0) < epoch) await this.#parts.source.refresh();
    const view = this.#view();
    const settings = DbSettings.parse(view.settings['db'] ?? {});
    let observed = await this.#observe(false);
    for (let round = 0; round < mostRounds; round += 1) {
      const steps = serverSteps(view, settings, observed);
      if (steps.length === 0) break;
      for (const step of steps) if (!(await this.#parts.gate.carryOut(step))) break;
      observed = await this.#observe(false);
    }
    // In the middle of a move every cycle would only be in its way.
    if (view.database?.move === undefined) this.#parts.wake();
    return reportOf(view, observed);
  }

  #view(): View {
    const view = this.#parts.view();
    if (view !== undefined) return view;
    throw new MusterError('store-unreachable', {
      what: 'this node does not know yet what the cluster has decided',
      why: 'its agent has just started',
      next: 'the same command in a few seconds',
    });
  }

  async #observe(withLag: boolean): Promise<Observed> {
    const { files, questions } = this.#parts;
    const asked = withLag ? { ...stateQuestions, lag: lagQuestion } : stateQuestions;
    const answers = await Promise.all(
      Object.entries(asked).map(async ([key, question]) => [key, await questions.ask(question)] as const),
    );
    const origin = await files.read(originPath);
    return {
      ...nothingObserved,
      texts: origin === undefined ? {} : { [originPath]: origin },
      answers: Object.fromEntries(answers),
    };
  }
}

function reportOf(view: View, observed: Observed): ServerReport {
  const state = stateOf(observed);
  const answer = observed.answers['state'];
  if (state === undefined) {
    const why = answer?.ok === false ? answer.error : 'it says nothing of itself';
    return { schemaVersion, node: view.self, serves: 'silent', why };
  }
  const settings = DbSettings.parse(view.settings['db'] ?? {});
  const { source } = state;
  const lag = state.readOnly ? lagOf(observed.answers['lag']) : undefined;
  return {
    schemaVersion,
    node: view.self,
    serves: details({ view, settings, observed })['serves'] ?? 'nothing',
    ...(source === undefined || source.trouble === '' ? {} : { why: source.trouble }),
    readOnly: state.readOnly,
    position: state.current,
    ...(source === undefined ? {} : { received: source.received, receives: source.receives === 'Yes' }),
    ...(lag === undefined ? {} : { lagSeconds: lag }),
  };
}
