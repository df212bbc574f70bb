import type { Answer, Kept, Question } from '../../roles/model/observed.ts';
import type { Clock, Files, Questions } from '../../roles/model/ports.ts';

interface Remembered {
  readonly answer: Answer;
  /** What the file was when the question was asked. */
  readonly sha256: string;
  readonly askedMs: number;
}

export interface KeptParts {
  readonly questions: Questions;
  readonly files: Pick<Files, 'inspect'>;
  readonly clock: Clock;
}

/** Asks, and remembers what a program said that is dear to run, for as long as its question allows. */
export class KeptAnswers implements Questions {
  readonly #parts: KeptParts;
  readonly #remembered = new Map<string, Remembered>();

  constructor(parts: KeptParts) {
    this.#parts = parts;
  }

  /** The answer, or the one before where that still counts. Trouble is never remembered. */
  async ask(question: Question): Promise<Answer> {
    const { questions, clock } = this.#parts;
    if (question.kind !== 'program' || question.kept === undefined) return questions.ask(question);
    const key = question.argv.join('\0');
    // Read before the question: what changes while it is answered is a change.
    const sha256 = await this.#sumOf(question.kept);
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined && this.#counts(remembered, sha256, question.kept)) return remembered.answer;
    const askedMs = clock.monotonicMs();
    const answer = await questions.ask(question);
    if (answer.ok && answer.status === 0) this.#remembered.set(key, { answer, sha256, askedMs });
    else this.#remembered.delete(key);
    return answer;
  }

  #counts({ sha256, askedMs }: Remembered, now: string, { forMs }: Kept): boolean {
    return sha256 === now && this.#parts.clock.monotonicMs() - askedMs < forMs;
  }

  async #sumOf({ file }: Kept): Promise<string> {
    return (await this.#parts.files.inspect(file))?.sha256 ?? '';
  }
}
