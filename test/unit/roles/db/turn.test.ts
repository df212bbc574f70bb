import { describe, expect, it } from 'vitest';
import { stateOf } from '../../../../roles/db/state.ts';
import { turn } from '../../../../roles/db/turn.ts';
import type { DatabaseDecision } from '../../../../roles/model/database.ts';
import type { View } from '../../../../roles/model/view.ts';
import {
  inertServer,
  observedOf,
  type SketchedServer,
  toldServer,
} from '../../../support/sketched-database.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second] = [recordOf(1).id, recordOf(2).id];
const since = '2026-01-01T00:00:00.000Z';
const nodes = [
  { ordinal: 1, roles: ['db' as const] },
  { ordinal: 2, roles: ['db' as const] },
];

/** As node 1 sees it, where node 1 has this duty. */
function viewWith(database: Partial<DatabaseDecision> | undefined, confirmed = true): View {
  const view = viewOf(...nodes);
  return {
    ...view,
    ...(confirmed ? { confirmed: true } : {}),
    ...(database === undefined ? {} : { database: { primary: first, since, epoch: 9, ...database } }),
  };
}

function stepsOf(view: View, server: Partial<SketchedServer>, clonedAt?: string): ReturnType<typeof turn> {
  const state = stateOf(observedOf({ ...inertServer, ...server }));
  if (state === undefined) throw new Error('the sketch says nothing');
  return turn(view, state, clonedAt);
}

const what = (steps: ReturnType<typeof turn>): string[] => steps.map((step) => step.what);

const opened = { readOnly: false, tables: 1, accounts: [first, second], binlog: '0-1-7' };
const replica = {
  host: `${second}.muster`,
  receives: 'Yes',
  applies: true,
  received: '0-2-7',
  applied: '0-2-7',
};

describe('what a server is told', () => {
  it.each([
    { when: 'nothing was decided yet', view: viewWith(undefined), server: {}, words: [] },
    {
      when: 'it is named the primary',
      view: viewWith({}),
      server: {},
      words: [
        'open the database for writes',
        "make muster's own tables",
        `let ${first} follow`,
        `let ${second} follow`,
      ],
    },
    { when: 'it is the primary and open', view: viewWith({}), server: opened, words: [] },
    { when: 'the store is silent', view: viewWith({}, false), server: {}, words: [] },
    { when: 'the store is silent and it is open', view: viewWith({}, false), server: opened, words: [] },
    {
      when: 'an acker was recorded and listens',
      view: viewWith({ ackers: [second] }),
      server: { ...opened, listeners: 1 },
      words: ['wait for acknowledgements'],
    },
    {
      when: 'an acker was recorded and has not connected anew',
      view: viewWith({ ackers: [second] }),
      server: opened,
      words: [],
    },
    {
      when: 'no acker is left',
      view: viewWith({}),
      server: { ...opened, acknowledged: true },
      words: ['wait for no acknowledgement'],
    },
    {
      when: 'a node no longer carries db',
      view: viewWith({}),
      server: { ...opened, accounts: [...opened.accounts, recordOf(3).id] },
      words: [`let ${recordOf(3).id} follow no more`],
    },
    {
      when: 'it is to hand over',
      view: viewWith({ move: { to: second } }),
      server: { ...opened, acknowledged: true },
      words: ['close the database for writes', 'wait for no acknowledgement'],
    },
    {
      when: 'it is to hand over, by decisions that may be old',
      view: viewWith({ move: { to: second } }, false),
      server: opened,
      words: ['close the database for writes'],
    },
    {
      when: 'it is to take over and has less',
      view: viewWith({ primary: second, move: { to: first, at: '0-2-9' } }),
      server: replica,
      words: ['apply what was received'],
    },
    {
      when: 'it is to take over and has all',
      view: viewWith({ primary: second, move: { to: first, at: '0-2-7' } }),
      server: replica,
      words: [],
    },
    {
      when: 'the primary is lost',
      view: viewWith({ primary: second, move: { to: recordOf(3).id, lost: true } }),
      server: replica,
      words: ['receive from the primary no more'],
    },
    {
      when: 'it carries a fresh clone',
      view: viewWith({ primary: second }),
      server: {},
      words: ['follow b2'],
    },
    { when: 'it follows', view: viewWith({ primary: second }), server: replica, words: [] },
    {
      when: 'it is to acknowledge',
      view: viewWith({ primary: second, ackers: [first] }),
      server: replica,
      words: ['acknowledge what is received', 'receive anew'],
    },
    {
      when: 'another has become the primary',
      view: viewWith({ primary: second }),
      server: { ...replica, host: `${recordOf(3).id}.muster` },
      words: ['follow b2'],
    },
    {
      when: 'it was the primary and comes back with no more than was handed over',
      view: viewWith({ primary: second, opened: '0-1-7' }),
      server: { binlog: '0-1-7' },
      words: ['follow b2'],
    },
    {
      when: 'it was the primary of a former term',
      view: viewWith({ primary: second, opened: '0-1-7', term: 1 }),
      server: { binlog: '0-1-5' },
      words: ['take the number of this term', 'follow b2'],
    },
    {
      when: 'it starts anew before it had all that it wrote in a former term',
      view: viewWith({ primary: second, opened: '0-1-7', term: 1 }),
      server: { ...replica, receives: 'No', applies: false },
      words: ['take the number of this term', 'go on following'],
    },
    {
      when: 'it was the primary and has writes that nobody took over',
      view: viewWith({ primary: second, opened: '0-1-6' }),
      server: { binlog: '0-1-7' },
      words: [],
    },
    {
      when: 'it is open and another is the primary',
      view: viewWith({ primary: second, opened: '0-1-9' }),
      server: opened,
      words: ['close the database for writes', 'follow b2'],
    },
    {
      when: 'its threads stopped',
      view: viewWith({ primary: second }),
      server: { ...replica, receives: 'No', applies: false },
      words: ['go on following'],
    },
    {
      when: 'it has diverged',
      view: viewWith({ primary: second }),
      server: { ...replica, receives: 'No', errno: 1236 },
      words: [],
    },
  ])('when $when', ({ view, server, words }) => {
    expect(what(stepsOf(view, server))).toEqual(words);
  });

  it('a clone begins where it was taken', () => {
    const [step] = stepsOf(viewWith({ primary: second }), {}, '0-2-41');
    expect(step?.statements[0]).toBe("SET GLOBAL gtid_slave_pos = '0-2-41'");
  });

  it('every statement follows from the present word', () => {
    expect(stepsOf(viewWith({}), {}).every((step) => step.epoch === 9)).toBe(true);
  });

  it('its number is that of the term and acknowledgements are on before the first write', () => {
    const [open] = stepsOf(viewWith({ ackers: [second], term: 2 }), replica);
    expect(open?.statements).toEqual([
      'SET GLOBAL server_id = 8193',
      'STOP SLAVE',
      'RESET SLAVE ALL',
      'SET GLOBAL rpl_semi_sync_master_enabled = 1',
      'SET GLOBAL read_only = 0',
    ]);
  });

  it.each([
    viewWith({}),
    viewWith({ ackers: [second] }),
    viewWith({ move: { to: second } }),
    viewWith({ primary: second }),
    viewWith({ primary: second, ackers: [first], term: 3 }),
  ])('what was told leaves nothing to tell, wherever it was cut off', (view) => {
    for (const start of [inertServer, { ...inertServer, ...opened }, { ...inertServer, ...replica }]) {
      const steps = stepsOf(view, start);
      for (let done = 0; done <= steps.length; done += 1) {
        const cut = steps.slice(0, done).reduce(toldServer, start);
        const end = stepsOf(view, cut).reduce(toldServer, cut);
        expect(what(stepsOf(view, end))).toEqual([]);
      }
    }
  });
});
