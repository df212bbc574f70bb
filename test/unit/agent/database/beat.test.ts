import { describe, expect, it } from 'vitest';
import { startBeat } from '../../../../agent/database/beat.ts';
import type { DatabaseDecision } from '../../../../roles/model/database.ts';
import type { Details } from '../../../../roles/model/facts.ts';
import type { View } from '../../../../roles/model/view.ts';
import { FakeClock, settle } from '../../../support/fake-clock.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second] = [recordOf(1).id, recordOf(2).id];
const since = '2026-01-01T00:00:00.000Z';
const lookMs = 250;
const beatMs = 500;

function viewWith(database?: Partial<DatabaseDecision>): View {
  const view = viewOf({ ordinal: 1, roles: ['db'] }, { ordinal: 2, roles: ['db'] });
  return database === undefined
    ? view
    : { ...view, database: { primary: first, since, epoch: 9, ...database } };
}

/** A node whose server hears signs of life and tells its lag; `words` is what its facts say, one a change. */
class Stage {
  readonly clock = new FakeClock();
  readonly ended = new AbortController();
  readonly beats: string[] = [];
  readonly words: string[] = [];
  view: View = viewWith({});
  lagSeconds: number | undefined = 0.1;
  run: () => Promise<void> = async () => undefined;
  /** Whether what holds writes up can be put out of the way. */
  frees = false;
  stuck = 0;

  start(): this {
    startBeat({
      clock: this.clock,
      random: { next: () => 0.5 },
      signal: this.ended.signal,
      view: () => this.view,
      sql: {
        run: async ([, insert = '']) => {
          this.beats.push(/SELECT (\d)/.exec(insert)?.[1] ?? insert);
          await this.run();
          return [];
        },
      },
      questions: {
        ask: async () =>
          this.lagSeconds === undefined
            ? { ok: false, error: 'it is off' }
            : { ok: true, status: 200, text: JSON.stringify([{ lag: this.lagSeconds }]) },
      },
      onStuck: async () => {
        this.stuck += 1;
        return this.frees;
      },
      onLag: (said: Details) => {
        const word = said['lag'] ?? 'none';
        if (word !== this.words.at(-1)) this.words.push(word);
      },
    });
    return this;
  }

  async beat(times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) await this.clock.advance(beatMs);
  }

  async look(times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) await this.clock.advance(lookMs);
  }
}

describe('signs of life', () => {
  it('of the primary go to rows in turn', async () => {
    const stage = new Stage().start();
    await stage.beat(9);
    expect(stage.beats).toEqual(['1', '2', '3', '4', '5', '6', '7', '0', '1', '2']);
    expect(stage.words).toEqual(['none']);
  });

  it.each([
    { when: 'another one is the primary', view: viewWith({ primary: second }) },
    { when: 'it hands over', view: viewWith({ move: { to: second } }) },
    { when: 'nobody was chosen', view: viewWith() },
    { when: 'it carries no database', view: viewOf({ ordinal: 1, roles: ['web'] }) },
  ])('are not given where $when', async ({ view }) => {
    const stage = new Stage();
    stage.view = view;
    stage.start();
    await stage.beat(3);
    expect(stage.beats).toEqual([]);
  });

  it('wait for 2.5 s after one that was not acknowledged, and not after one that was refused at once', async () => {
    const stage = new Stage();
    stage.run = async () => stage.clock.sleep(2_000).then(() => Promise.reject(new Error('timed out')));
    stage.start();
    await stage.look(9);
    expect(stage.beats).toEqual(['1']);
    await stage.look(1);
    expect(stage.beats).toEqual(['1', '2']);
    expect(stage.stuck).toBe(1);
  });

  it('go on at once where what held them up is out of the way', async () => {
    const stage = new Stage();
    stage.frees = true;
    stage.run = async () => stage.clock.sleep(2_000).then(() => Promise.reject(new Error('timed out')));
    stage.start();
    await stage.look(9);
    expect(stage.beats).toEqual(['1', '2']);
  });

  it('that were refused at once hold nobody up', async () => {
    const stage = new Stage();
    stage.run = async () => Promise.reject(new Error('no such table'));
    stage.start();
    await stage.beat(2);
    expect(stage.stuck).toBe(0);
  });
});

describe('a replica', () => {
  const late = 6;

  it('is late after two samples over the limit, and well after five below half of it', async () => {
    const stage = new Stage();
    stage.view = viewWith({ primary: second });
    stage.start();
    await stage.look(5);
    expect(stage.words).toEqual(['behind', 'ok']);
    stage.lagSeconds = late;
    await stage.look(1);
    expect(stage.words.at(-1)).toBe('ok');
    await stage.look(1);
    expect(stage.words).toEqual(['behind', 'ok', 'behind']);
    stage.lagSeconds = 0.1;
    await stage.look(4);
    expect(stage.words.at(-1)).toBe('behind');
    await stage.look(1);
    expect(stage.words.at(-1)).toBe('ok');
  });

  it('is late where its server does not say, and by the limit of the settings', async () => {
    const stage = new Stage();
    stage.view = { ...viewWith({ primary: second }), settings: { db: { lagLimitSeconds: 60 } } };
    stage.lagSeconds = late;
    stage.start();
    await stage.look(5);
    expect(stage.words).toEqual(['behind', 'ok']);
    stage.lagSeconds = undefined;
    await stage.look(2);
    expect(stage.words.at(-1)).toBe('behind');
  });

  it('that has become the primary says nothing of its lag', async () => {
    const stage = new Stage();
    stage.view = viewWith({ primary: second });
    stage.start();
    await settle();
    stage.view = viewWith({});
    await stage.look(1);
    expect(stage.words).toEqual(['behind', 'none']);
    expect(stage.beats).toEqual(['1']);
  });
});
