import { beforeEach, describe, expect, it } from 'vitest';
import { Answers } from '../../../../agent/reconcile/answers.ts';
import type { Answer, Question } from '../../../../roles/model/observed.ts';
import type { Questions } from '../../../../roles/model/ports.ts';
import { FakeClock, settle } from '../../../support/fake-clock.ts';

const url = 'http://127.0.0.1/';
const hurried: Question = { kind: 'http', url, timeoutMs: 5_000 };
const unhurried: Question = { ...hurried, unhurried: true };
const good: Answer = { ok: true, status: 200, text: 'ok' };
const bad: Answer = { ok: false, error: 'refused' };

/** Answers when the test says so. */
class SlowQuestions implements Questions {
  readonly waiting: ((answer: Answer) => void)[] = [];

  ask(): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.waiting.push(resolve);
    return promise;
  }

  async say(answer: Answer): Promise<void> {
    this.waiting.shift()?.(answer);
    await settle();
  }
}

describe('what a role asks', () => {
  let clock: FakeClock;
  let questions: SlowQuestions;
  let late: number;
  let answers: Answers;

  beforeEach(() => {
    clock = new FakeClock();
    questions = new SlowQuestions();
    late = 0;
    answers = new Answers(questions, clock, () => {
      late += 1;
    });
  });

  /** Asks, and lets so much time pass that nobody waits any longer. */
  async function askInVain(question: Question): Promise<Answer | undefined> {
    const asked = answers.ask('site', question);
    await clock.advance(1_000);
    return asked;
  }

  it('is waited for where a plan hangs on it', async () => {
    const asked = answers.ask('site', hurried);
    await clock.advance(4_000);
    await questions.say(good);
    expect([await asked, late]).toEqual([good, 0]);
  });

  it('is answered at once where the server is quick, and leaves no timer', async () => {
    const asked = answers.ask('site', unhurried);
    await questions.say(good);
    expect([await asked, clock.sleeping]).toEqual([good, 0]);
  });

  it('is unknown the first time nobody waits for it, and asks for a look when it comes', async () => {
    expect(await askInVain(unhurried)).toBeUndefined();
    await questions.say(good);
    expect(late).toBe(1);
  });

  it('counts as before while it is late, and a server that is always slow is no news', async () => {
    const first = answers.ask('site', unhurried);
    await questions.say(good);
    await first;
    expect(await askInVain(unhurried)).toEqual(good);
    await questions.say({ ...good, text: 'ok, later' });
    expect(late).toBe(0);
    expect(await askInVain(unhurried)).toMatchObject({ text: 'ok, later' });
    await questions.say(bad);
    expect(late).toBe(1);
  });

  it('is asked once, however many wait', async () => {
    await askInVain(unhurried);
    await askInVain(unhurried);
    expect(questions.waiting).toHaveLength(1);
  });
});
