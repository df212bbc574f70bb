import { describe, expect, it } from 'vitest';
import type { Health } from '../../../../roles/model/facts.ts';
import { type Answer, nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import { brickOf } from '../../../../roles/model/storage.ts';
import type { View } from '../../../../roles/model/view.ts';
import { storage } from '../../../../roles/storage/index.ts';
import { rowOf, volumeOptions } from '../../../../roles/storage/volume.ts';

import {
  absent,
  b1,
  b2,
  b3,
  content,
  done,
  health,
  held,
  ids,
  info,
  local,
  marked,
  node,
  plan,
  pool,
  running,
  said,
  seenBy,
  settings,
  volumeOn,
  written,
} from '../../../support/storage-sketches.ts';

describe('the plan of a storage node', () => {
  it('makes the folder of a lone node, and leaves it alone from then on', () => {
    const at = (answer: Answer): Observed => ({ ...nothingObserved, answers: { content: answer } });
    expect(done(plan(seenBy(1, local), at(content.absent)))).toEqual([
      'install -d -m 0755 /srv/muster/files',
    ]);
    expect(plan(seenBy(1, local), at(content.some))).toEqual([]);
    expect(plan(seenBy(1, undefined), at(content.absent))).toEqual([]);
  });

  it('sets GlusterFS up before all else', () => {
    const kinds = plan(seenBy(2, volumeOn(1)), nothingObserved).map((step) => step.kind);
    expect(kinds).toEqual(['packages', 'file', 'file', 'service', 'service']);
  });

  const one = volumeOn(1);
  const three = volumeOn(1, 2, 3);
  const cases: readonly { what: string; view: View; observed: Observed; steps: readonly string[] }[] = [
    {
      what: 'the keeper makes the volume over the folder that is there',
      view: seenBy(1, one),
      observed: running(seenBy(1, one), { volume: absent, content: content.some }),
      steps: [
        `gluster volume create muster ${brickOf(b1)} force`,
        `gluster volume set muster ${Object.entries(volumeOptions).flat().join(' ')}`,
        'gluster volume start muster force',
      ],
    },
    {
      what: 'cut off after it was made: it goes on',
      view: seenBy(1, one),
      observed: marked(running(seenBy(1, one), { volume: info([b1], 'Created', []) })),
      steps: [
        `gluster volume set muster ${Object.entries(volumeOptions).flat().join(' ')}`,
        'gluster volume start muster force',
      ],
    },
    {
      what: 'the volume learns of what lay there before, once its own web server has switched',
      view: seenBy(1, one),
      observed: running(seenBy(1, one), { volume: info([b1]) }),
      steps: [
        'install -d -m 0700 /run/muster/adopt',
        `mount -t glusterfs ${b1}.muster:/muster /run/muster/adopt`,
        'find /run/muster/adopt -links 0',
        'file',
        'umount /run/muster/adopt',
      ],
    },
    {
      what: 'and not before',
      view: seenBy(1, one, [node(1, {}, 'local'), node(2), node(3)]),
      observed: running(seenBy(1, one), { volume: info([b1]) }),
      steps: [],
    },
    {
      what: 'others are taken into the pool once their GlusterFS runs',
      view: seenBy(1, one, [node(1), node(2), node(3, {})]),
      observed: marked(running(seenBy(1, one), { volume: info([b1]), pool: pool() })),
      steps: [`gluster peer probe ${b2}.muster`],
    },
    {
      what: 'who carries storage no more is let go',
      view: seenBy(1, one, [node(1), node(2)]),
      observed: marked(running(seenBy(1, one), { volume: info([b1]) })),
      steps: [`gluster peer detach ${b3}.muster force`],
    },
    {
      what: 'one copy becomes three',
      view: seenBy(1, three),
      observed: marked(running(seenBy(1, three), { volume: info([b1]) })),
      steps: [`gluster volume add-brick muster replica 3 ${brickOf(b2)} ${brickOf(b3)} force`],
    },
    {
      what: 'not before both are in the pool and answer',
      view: seenBy(1, three, [node(1), node(2), node(3, {})]),
      observed: marked(running(seenBy(1, three), { volume: info([b1]), pool: pool(b2) })),
      steps: [],
    },
    {
      what: 'not before both go by the decision: who does not yet may be tidying its folder up',
      view: seenBy(1, three, [node(1), node(2), node(3, { glusterd: 'runs', part: 'free', epoch: '8' })]),
      observed: marked(running(seenBy(1, three), { volume: info([b1]) })),
      steps: [],
    },
    {
      what: 'a change that all others have, and its own GlusterFS missed, it learns by starting anew',
      view: seenBy(2, three, [node(1, held), node(2), node(3, held)]),
      observed: running(seenBy(2, three), { volume: info([b1]) }),
      steps: ['service'],
    },
    {
      what: 'a change that is under way is not missed yet',
      view: seenBy(2, three, [node(1, held), node(2), node(3)]),
      observed: running(seenBy(2, three), { volume: info([b1]) }),
      steps: [],
    },
    {
      what: 'only the keeper speaks for the whole',
      view: seenBy(2, three),
      observed: running(seenBy(2, three), { volume: info([b1]) }),
      steps: [],
    },
    {
      what: 'one copy of three goes to another node',
      view: seenBy(
        1,
        volumeOn(1, 2, 4),
        [1, 2, 3, 4].map((ordinal) => node(ordinal)),
      ),
      observed: marked(
        running(seenBy(1, three), { volume: info([b1, b2, b3]), pool: pool(b2, b3, ...ids(4)) }),
      ),
      steps: [`gluster volume replace-brick muster ${brickOf(b3)} ${brickOf(ids(4)[0] ?? '')} commit force`],
    },
    {
      what: 'three more add space, and the files are spread',
      view: seenBy(
        1,
        volumeOn(1, 2, 3, 4, 5, 6),
        [1, 2, 3, 4, 5, 6].map((ordinal) => node(ordinal)),
      ),
      observed: marked(
        running(seenBy(1, three), { volume: info([b1, b2, b3]), pool: pool(...ids(2, 3, 4, 5, 6)) }),
      ),
      steps: [
        `gluster volume add-brick muster ${ids(4, 5, 6).map(brickOf).join(' ')} force`,
        'gluster volume rebalance muster start',
      ],
    },
    {
      what: 'a volume with a part that is not ours is left alone',
      view: seenBy(1, three),
      observed: marked(
        running(seenBy(1, three), { volume: said('Status: Started\nBrick1: elsewhere:/data\n') }),
      ),
      steps: [`gluster volume set muster ${Object.entries(volumeOptions).flat().join(' ')}`],
    },
    {
      what: 'a part whose process died is started',
      view: seenBy(2, three),
      observed: running(seenBy(2, three), { volume: info([b1, b2, b3]), parts: said('', 1) }),
      steps: ['gluster volume start muster force'],
    },
    {
      what: 'what lay on a node that is to be free is kept under another name',
      view: seenBy(3, one),
      observed: running(seenBy(3, one), { volume: absent, content: content.some }),
      steps: [
        'mv --no-target-directory /srv/muster/files /srv/muster/former-9',
        'install -d -m 0755 /srv/muster/files',
      ],
    },
    {
      what: 'but not while the volume still has it, or nobody knows',
      view: seenBy(3, volumeOn(1, 2, 4)),
      observed: running(seenBy(3, three), { volume: info([b1, b2, b3]), content: content.some }),
      steps: [],
    },
    {
      what: 'nothing is done while GlusterFS does not say how things are',
      view: seenBy(1, three),
      observed: running(seenBy(1, three), { volume: { ok: false, error: 'silent' }, content: content.some }),
      steps: [],
    },
  ];
  it.each(cases)('$what', ({ view, observed, steps }) => expect(done(plan(view, observed))).toEqual(steps));
});

describe('how storage fares', () => {
  const three = volumeOn(1, 2, 3);
  const at = (self: number, answers: Readonly<Record<string, Answer>>): Health => {
    const view = seenBy(self, three);
    return health(view, running(view, answers));
  };
  const whole = { volume: info([b1, b2, b3]) };
  it.each([
    { what: 'whole', is: at(1, whole), state: 'ready', reason: /whole copy/ },
    {
      what: 'another copy misses changes',
      is: at(1, { ...whole, backlog: said('xx') }),
      state: 'starting',
      reason: /miss changes/,
    },
    {
      what: 'its part is not served',
      is: at(1, { ...whole, parts: said('', 1) }),
      state: 'failing',
      reason: /not served/,
    },
    {
      what: 'GlusterFS is silent',
      is: at(1, { volume: said('', 110) }),
      state: 'failing',
      reason: /does not say/,
    },
    {
      what: 'its part is being made',
      is: at(2, { volume: info([b1]) }),
      state: 'starting',
      reason: /being made/,
    },
    {
      what: 'stopped',
      is: at(1, { volume: info([b1, b2, b3], 'Stopped') }),
      state: 'starting',
      reason: /being started/,
    },
  ])('$what', ({ is, state, reason }) => {
    expect(is).toMatchObject({ state, reason: expect.stringMatching(reason) as string });
  });

  it.each([
    {
      what: 'a change that is told and not written was cut off: glusterd starts anew',
      self: 1,
      on: [b1],
      steps: ['service'],
    },
    { what: 'one that is written is done', self: 1, on: [b1, b2, b3], steps: [] },
    { what: 'it is the keeper who sees to it', self: 2, on: [b1], steps: [] },
  ])('$what', ({ self, on, steps }) => {
    const view = seenBy(self, three, [node(1, held), node(2, held), node(3, held)]);
    const observed = marked(running(view, { volume: info([b1, b2, b3]) }));
    expect(done(plan(view, written(observed, ...on)))).toEqual(steps);
  });

  it('tells the brain what it needs to know', () => {
    const view = seenBy(1, three);
    const observed = marked(running(view, { ...whole, disk: said('xfs rw,relatime\n') }));
    expect(storage.details?.({ view, settings, observed })).toEqual({
      disk: 'xfs',
      glusterd: 'runs',
      epoch: '9',
      part: 'held',
      row: rowOf([b1, b2, b3]),
      backlog: 'none',
      volume: 'started',
      adopted: 'yes',
    });
  });
});

it.each([
  { what: 'whenever it looks while somebody is to be taken in', row: undefined, kept: false },
  { what: 'whenever it looks while the volume is to grow', row: rowOf([b1]), kept: false },
  { what: 'seldom once all know the volume', row: rowOf([b1, b2, b3]), kept: true },
])('the keeper asks who is in the pool $what', ({ row, kept }) => {
  const third = node(3, row === undefined ? { glusterd: 'runs' } : { glusterd: 'runs', row });
  const view = seenBy(1, volumeOn(1, 2, 3), [node(1, held), node(2, held), third]);
  const { pool: question } = storage.wants({ view, settings }).questions;
  expect(question?.kind === 'program' && question.kept !== undefined).toBe(kept);
});
