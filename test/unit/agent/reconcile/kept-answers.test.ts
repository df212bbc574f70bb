import { beforeEach, describe, expect, it } from 'vitest';
import { KeptAnswers } from '../../../../agent/reconcile/kept-answers.ts';
import type { Answer, Question } from '../../../../roles/model/observed.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const file = '/var/lib/keeper/info';
const plain: Question = { kind: 'program', argv: ['look'], timeoutMs: 1_000 };
const kept: Question = { ...plain, kept: { file, forMs: 60_000 } };

interface Case {
  readonly what: string;
  readonly question: Question;
  readonly between: () => unknown;
  readonly times: number;
}

describe('what a program said', () => {
  let clock: FakeClock;
  let files: FakeFiles;
  let asked: number;
  let next: Answer;
  let answers: KeptAnswers;

  beforeEach(() => {
    clock = new FakeClock();
    files = new FakeFiles();
    files.put(file, 'one');
    asked = 0;
    next = { ok: true, status: 0, text: 'well' };
    const ask = async (): Promise<Answer> => {
      asked += 1;
      return next;
    };
    answers = new KeptAnswers({ questions: { ask }, files, clock });
  });

  it.each<Case>([
    { what: 'stands while its file does', question: kept, between: () => undefined, times: 1 },
    {
      what: 'is asked anew once its file changes',
      question: kept,
      between: () => files.put(file, 'two'),
      times: 2,
    },
    {
      what: 'is asked anew once its file is gone',
      question: kept,
      between: () => files.remove(file),
      times: 2,
    },
    { what: 'is asked anew in time', question: kept, between: () => clock.advance(60_000), times: 2 },
    { what: 'is asked anew where it may not be kept', question: plain, between: () => undefined, times: 2 },
  ])('$what', async ({ question, between, times }) => {
    const first = await answers.ask(question);
    await between();
    expect(await answers.ask(question)).toEqual(first);
    expect(asked).toBe(times);
  });

  it.each<{ what: string; trouble: Answer }>([
    { what: 'silence', trouble: { ok: false, error: 'hangs' } },
    { what: 'an exit code', trouble: { ok: true, status: 1, text: 'no' } },
  ])('is asked anew after $what', async ({ trouble }) => {
    next = trouble;
    expect(await answers.ask(kept)).toEqual(trouble);
    next = { ok: true, status: 0, text: 'well' };
    expect(await answers.ask(kept)).toEqual(next);
    expect(asked).toBe(2);
  });
});
