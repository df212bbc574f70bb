import type { Answer, Question } from '../../roles/model/observed.ts';
import type { Questions } from '../../roles/model/ports.ts';

/**
 * Answers by `http://…` address, `socket command`, `address …`, `directory …`, `table …`, `mount …`, `pool …` or a
 * program's words; whoever has no answer is silent.
 */
export class FakeQuestions implements Questions {
  readonly answers = new Map<string, Answer>();
  readonly asked: string[] = [];

  constructor(texts: Readonly<Record<string, string>> = {}) {
    for (const [key, text] of Object.entries(texts)) this.answers.set(key, { ok: true, status: 200, text });
  }

  async ask(question: Question): Promise<Answer> {
    const key = keyOf(question);
    this.asked.push(key);
    return this.answers.get(key) ?? { ok: false, error: `${key} does not answer` };
  }
}

function keyOf(question: Question): string {
  switch (question.kind) {
    case 'http':
      return question.url;
    case 'runtime':
      return `${question.socket} ${question.command}`;
    case 'address':
      return `address ${question.address}`;
    case 'directory':
      return `directory ${question.path}`;
    case 'table':
      return `table ${question.table}`;
    case 'mount':
      return `mount ${question.path}`;
    case 'program':
      return question.argv.join(' ');
    case 'pool':
      return `pool ${question.address}`;
    case 'sql':
      return question.statement;
  }
}
