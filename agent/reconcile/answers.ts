import type { Answer, Question } from '../../roles/model/observed.ts';
import type { Clock, Questions } from '../../roles/model/ports.ts';

/** A server that is well has answered by then. */
const patienceMs = 250;

/** Asks what a role wants to know, and remembers the answers to what nobody has to wait for. */
export class Answers {
  readonly #questions: Questions;
  readonly #clock: Clock;
  readonly #late: () => void;
  readonly #before = new Map<string, Answer>();
  readonly #asking = new Map<string, Promise<Answer>>();

  /** `late`: called when an answer has come that was not waited for. */
  constructor(questions: Questions, clock: Clock, late: () => void) {
    this.#questions = questions;
    this.#clock = clock;
    this.#late = late;
  }

  /** The answer; of an unhurried question the one before, undefined for the first, while the present one is late. */
  async ask(key: string, question: Question): Promise<Answer | undefined> {
    if (question.kind !== 'http' || question.unhurried !== true) return this.#questions.ask(question);
    const asking = this.#asking.get(key) ?? this.#begin(key, question);
    const answered = new AbortController();
    const tooLate = this.#clock.sleep(patienceMs, answered.signal).then(() => undefined);
    const answer = await Promise.race([asking, tooLate]);
    answered.abort();
    if (answer !== undefined) return answer;
    const before = this.#before.get(key);
    void asking.then((late) => {
      // A server that is always slow, and always says the same, is no news.
      if (!isSame(before, late)) this.#late();
    });
    return before;
  }

  #begin(key: string, question: Question): Promise<Answer> {
    const asking = this.#questions.ask(question).then((answer) => {
      this.#asking.delete(key);
      this.#before.set(key, answer);
      return answer;
    });
    this.#asking.set(key, asking);
    return asking;
  }
}

function isSame(before: Answer | undefined, now: Answer): boolean {
  return before?.ok === now.ok && (!before.ok || !now.ok || before.status === now.status);
}
