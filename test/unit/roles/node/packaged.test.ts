import { expect, it } from 'vitest';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import { ensureStraysOff } from '../../../../roles/node/packaged.ts';
import { viewOf } from '../../../support/sketches.ts';

const unit = 'nginx.service';
const state = { unit, installed: true, enabled: true, active: 'active' } as const;
const on: Observed = { ...nothingObserved, services: { [unit]: state } };
const web = viewOf({ ordinal: 1, roles: ['web'] });

const words = (view: typeof web, observed: Observed): string[] =>
  ensureStraysOff(view, observed).map((step) =>
    step.kind === 'service' ? `${step.action} ${step.service.unit}` : step.kind,
  );

it.each([
  {
    what: 'is switched off where the role is not carried',
    view: web,
    seen: on,
    steps: [`disable ${unit}`, `stop ${unit}`],
  },
  { what: 'is left alone where it is', view: viewOf({ ordinal: 1, roles: ['cache'] }), seen: on, steps: [] },
  {
    what: 'is ended by its role, if muster started it',
    view: web,
    seen: { ...on, loaded: { [unit]: 'f' } },
    steps: [],
  },
  { what: 'is no matter once it is off', view: web, seen: nothingObserved, steps: [] },
])("a package's own service $what", ({ view, seen, steps }) => {
  expect(words(view, seen)).toEqual(steps);
});

it.each([
  { unit: 'etcd.service', carries: 'balancer' },
  { unit: 'haproxy.service', carries: 'web' },
] as const)('$unit is off on a node that carries $carries', ({ unit: stray, carries }) => {
  const enabled = { unit: stray, installed: true, enabled: true, active: 'inactive' } as const;
  const seen: Observed = { ...nothingObserved, services: { [stray]: enabled } };
  expect(words(viewOf({ ordinal: 1, roles: [carries] }), seen)).toEqual([`disable ${stray}`]);
});

it("what NFS brings along for its old versions is off where NFS is muster's own", () => {
  const view = viewOf({ ordinal: 1 });
  const storage = { keeper: view.self, bricks: [], since: '2026-01-01T00:00:00.000Z', epoch: 1 };
  const socket = { unit: 'rpcbind.socket', installed: true, enabled: true, active: 'active' } as const;
  const seen: Observed = { ...nothingObserved, services: { [socket.unit]: socket } };
  expect(words({ ...view, storage: { ...storage, driver: 'nfs' } }, seen)).toEqual([
    'disable rpcbind.socket',
    'stop rpcbind.socket',
  ]);
  expect(words({ ...view, storage: { ...storage, driver: 'external' } }, seen)).toEqual([]);
});
