import type { Answer, Question } from '../../roles/model/observed.ts';
import type { Questions } from '../../roles/model/ports.ts';

/** Answers by `http://…` address or `socket command`; whoever has no answer is silent. */
export class FakeQuestions implements Questions {
  readonly answers = new Map<string, Answer>();
  readonly asked: string[] = [];

  constructor(texts: Readonly<Record<string, string>> = {}) {
    for (const [key, text] of Object.entries(texts)) this.answers.set(key, { ok: true, status: 200, text });
  }

  async ask(question: Question): Promise<Answer> {
    const key = question.kind === 'http' ? question.url : `${question.socket} ${question.command}`;
    this.asked.push(key);
    return this.answers.get(key) ?? { ok: false, error: `${key} does not answer` };
  }
}
