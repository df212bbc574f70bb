import type { Details, Health } from '../../roles/model/facts.ts';
import { type Answer, nothingObserved, type Observed } from '../../roles/model/observed.ts';
import type { Step } from '../../roles/model/step.ts';
import { brickOf, type StorageView } from '../../roles/model/storage.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import { storage } from '../../roles/storage/index.ts';
import { StorageSettings } from '../../roles/storage/settings.ts';
import { rowOf, volumeOptions } from '../../roles/storage/volume.ts';
import { applySteps } from './apply-steps.ts';
import { nodeOf, recordOf, viewOf } from './sketches.ts';

export const settings = StorageSettings.parse({});
export const ids = (...ordinals: readonly number[]): string[] =>
  ordinals.map((ordinal) => recordOf(ordinal).id);
export const [b1 = '', b2 = '', b3 = ''] = ids(1, 2, 3);
const base = { keeper: b1, since: '2026-01-01T00:00:00.000Z', epoch: 9 };
export const local: StorageView = { ...base, driver: 'local', bricks: [] };
export const volumeOn = (...bricks: readonly number[]): StorageView => ({
  ...base,
  driver: 'gluster',
  bricks: ids(...bricks),
});

export function node(
  ordinal: number,
  said: Details = { glusterd: 'runs', part: 'free', epoch: '9' },
  web = 'gluster',
): NodeView {
  const made = nodeOf({ ordinal, roles: ['web', 'storage'] });
  const details = { storage: said, web: { shared: web } };
  return made.facts === undefined ? made : { ...made, facts: { ...made.facts, details } };
}

export const seenBy = (
  self: number,
  decision: StorageView | undefined,
  nodes = [node(1), node(2), node(3)],
): View => ({
  ...viewOf({ ordinal: 1 }),
  self: recordOf(self).id,
  nodes,
  ...(decision === undefined ? {} : { storage: decision }),
});

export const said = (text: string, status = 0): Answer => ({ ok: true, status, text });
export const content = { absent: said('', 1), empty: said(''), some: said('x') };
export const absent = said('Volume muster does not exist\n', 1);
const options = Object.entries(volumeOptions).map(([key, value]) => `${key}: ${value}`);
/** As `gluster volume info muster` of 10.3 says it. */
export const info = (bricks: readonly string[], state = 'Started', tuned = options): Answer =>
  said(
    [
      'Volume Name: muster',
      `Status: ${state}`,
      'Bricks:',
      ...bricks.map((id, at) => `Brick${at + 1}: ${brickOf(id)}`),
      'Options Reconfigured:',
      ...tuned,
      'nfs.disable: on',
      '',
    ].join('\n'),
  );
export const pool = (...peers: readonly string[]): Answer =>
  said(
    [
      'UUID\t\tHostname\tState',
      ...peers.map((id) => `u-u\t${id}.muster\tConnected`),
      'u-u\tlocalhost\tConnected',
      '',
    ].join('\n'),
  );

export const plan = (view: View, observed: Observed): readonly Step[] =>
  storage.plan({ view, settings, observed });
export const health = (view: View, observed: Observed): Health =>
  storage.health({ view, settings, observed });

/** glusterd set up and running, and these answers. */
export function running(view: View, answers: Readonly<Record<string, Answer>>): Observed {
  const set = applySteps(nothingObserved, plan(view, nothingObserved));
  return {
    ...set,
    answers: {
      content: content.empty,
      pool: pool(b2, b3),
      parts: said('1\n'),
      backlog: said(''),
      adopting: said('', 404),
      ...answers,
    },
  };
}
export const marked = (observed: Observed): Observed => ({
  ...observed,
  files: {
    ...observed.files,
    '/var/lib/muster/storage/adopted': { sha256: '', mode: 0o644, owner: 'root:root' },
  },
});
/** What a holder says that has all three copies in its volume. */
export const held: Details = { glusterd: 'runs', part: 'held', epoch: '9', row: rowOf([b1, b2, b3]) };

/** As glusterd 10.3 writes down where the parts are. */
export const written = (observed: Observed, ...bricks: readonly string[]): Observed => ({
  ...observed,
  texts: {
    '/var/lib/glusterd/vols/muster/info': [
      'type=0',
      `count=${bricks.length}`,
      ...bricks.map((id, at) => `brick-${at}=${brickOf(id).replace(':/', ':-').replaceAll('/', '-')}`),
      '',
    ].join('\n'),
  },
});

export const done = (steps: readonly Step[]): string[] =>
  steps.map((step) =>
    step.kind === 'command' ? step.argv.filter((word) => word !== '--mode=script').join(' ') : step.kind,
  );
