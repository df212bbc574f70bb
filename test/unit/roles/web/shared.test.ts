import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../roles/model/facts.ts';
import { mountStatus } from '../../../../roles/model/mount.ts';
import { type Answer, nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { StorageView } from '../../../../roles/model/storage.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { web } from '../../../../roles/web/index.ts';
import { WebSettings } from '../../../../roles/web/settings.ts';
import { planShared, sharedFilesOf } from '../../../../roles/web/shared.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { nodeOf, ready, recordOf, viewOf } from '../../../support/sketches.ts';

const settings = WebSettings.parse({});
const [b1, b2] = [recordOf(1).id, recordOf(2).id];
const common = { since: '2026-01-01T00:00:00.000Z', epoch: 4 };
const local: StorageView = { ...common, driver: 'local', keeper: b1, bricks: [] };
const volume: StorageView = { ...common, driver: 'gluster', keeper: b1, bricks: [b1, b2] };
const elsewhere: StorageView = { ...common, driver: 'external', bricks: [] };

/** As seen by b2; `started`: b1 says that the volume can be mounted. */
function view(storage: StorageView, how: { started?: boolean; health?: Facts['health'] } = {}): View {
  const { facts, ...first } = nodeOf({ ordinal: 1 });
  const details = how.started === true ? { storage: { volume: 'started' } } : {};
  const nodes = [
    { ...first, ...(facts === undefined ? {} : { facts: { ...facts, details, health: { web: ready } } }) },
    nodeOf({ ordinal: 2, ...(how.health === undefined ? {} : { health: how.health }) }),
  ];
  return { ...viewOf({ ordinal: 1 }), self: b2, nodes, storage };
}

const nothing: Answer = { ok: true, status: mountStatus.absent, text: '' };
const mounted = (status: number, type = 'fuse.glusterfs'): Answer => {
  return { ok: true, status, text: JSON.stringify({ source: 'n.muster:muster', type }) };
};
const at = (shared: Answer): Observed => ({ ...nothingObserved, answers: { shared } });
const words = (seen: View, observed: Observed): string[] =>
  planShared(seen, observed).map((step) => {
    if (step.kind === 'command') return step.argv.join(' ');
    if (step.kind === 'service') return `${step.action} ${step.service.unit}`;
    return step.kind === 'file' ? `write ${step.file.path}` : step.kind;
  });

describe('the mount of the common files', () => {
  it('is a folder of its own disk on a lone node, by a mount that nothing over it shows through', () => {
    expect(words(view(local), at(nothing))).toEqual([
      'install -d -m 0755 /srv/muster/files',
      'install -d -m 0700 /run/muster/files',
      'install -d -m 0555 /var/lib/muster/shared',
      'mount --bind --make-private /srv/muster/files /run/muster/files',
      'mount --bind /run/muster/files /var/lib/muster/shared',
      'umount /run/muster/files',
    ]);
    expect(words(view(local), at(mounted(mountStatus.answers, 'xfs')))).toEqual([]);
    expect(words(view(local), nothingObserved)).toEqual([]);
  });

  it('is what the operator has elsewhere', () => {
    const external = { type: 'nfs4', source: 'nas:/files', options: 'rw,soft' };
    const seen = { ...view(elsewhere), settings: { storage: { external } } };
    expect(words(seen, at(nothing)).at(-1)).toBe(
      'mount -t nfs4 -o rw,soft nas:/files /var/lib/muster/shared',
    );
  });

  it('waits until the volume can be mounted', () => {
    expect(words(view(volume), at(nothing))).toEqual([]);
    expect(words(view(volume, { started: true }), at(nothing))).toEqual([
      'packages',
      'write /etc/muster/shared.sh',
      'write /etc/systemd/system/muster-shared.service',
      'enable muster-shared.service',
      'start muster-shared.service',
    ]);
  });

  it('covers the folder from which the volume was made', () => {
    expect(words(view(volume, { started: true }), at(mounted(mountStatus.answers, 'xfs')))).toContain(
      'start muster-shared.service',
    );
  });

  const started = view(volume, { started: true });
  const settled = applySteps(at(nothing), planShared(started, at(nothing)));

  it('arrives at the same end from every interruption', () => {
    expectConvergence((observed) => planShared(started, observed), at(nothing));
  });

  it('stays when the volume is gone, and when other nodes hold it', () => {
    expect(words(view(volume), settled)).toEqual([]);
    const moved = view({ ...volume, bricks: [b1] }, { started: true });
    expect(words(moved, settled)).toEqual(['write /etc/muster/shared.sh']);
  });

  it('asks its own GlusterFS first', () => {
    const text = sharedFilesOf(started)[0]?.content ?? '';
    const servers = [...text.matchAll(/--volfile-server (\S+)/g)].map(([, name]) => name);
    expect(servers).toEqual([`${b2}.muster`, `${b1}.muster`]);
  });
});

describe('a web server and its common files', () => {
  const page: Answer = { ok: true, status: 200, text: 'ok\n' };
  const serving = (seen: View): Observed =>
    applySteps(nothingObserved, web.plan({ view: seen, settings, observed: nothingObserved }));
  const fares = (seen: View, shared: Answer): unknown =>
    web.health({ view: seen, settings, observed: { ...serving(seen), answers: { page, shared } } });
  const fresh = view(volume);
  const before = view(volume, { health: { web: ready } });
  const alone = {
    ...fresh,
    nodes: fresh.nodes.map((node): NodeView => ({ ...node, verdict: 'unreachable' })),
  };

  it.each([
    {
      what: 'they answer',
      seen: fresh,
      shared: mounted(mountStatus.answers),
      state: 'ready',
      says: /PHP answers through Apache$/,
    },
    { what: 'not mounted yet', seen: fresh, shared: nothing, state: 'starting', says: /not mounted yet/ },
    {
      what: 'silent from the start',
      seen: fresh,
      shared: mounted(mountStatus.hangs),
      state: 'starting',
      says: /do not answer/,
    },
    {
      what: 'silent from the start, and nobody else is left: pages at least',
      seen: alone,
      shared: mounted(mountStatus.hangs),
      state: 'ready',
      says: /do not answer: uploads fail/,
    },
    {
      what: 'silent later: pages go on',
      seen: before,
      shared: mounted(mountStatus.hangs),
      state: 'ready',
      says: /do not answer: uploads fail/,
    },
    {
      what: 'refusing later: pages go on',
      seen: before,
      shared: mounted(mountStatus.refuses),
      state: 'ready',
      says: /cannot be written: uploads fail/,
    },
  ])('$what: $state', ({ seen, shared, state, says }) => {
    expect(fares(seen, shared)).toMatchObject({ state, reason: expect.stringMatching(says) as string });
  });

  it.each([
    { shared: mounted(mountStatus.answers), detail: 'gluster' },
    { shared: mounted(mountStatus.answers, 'xfs'), detail: 'local' },
    { shared: mounted(mountStatus.hangs), detail: 'silent' },
  ])('tells the others: $detail', ({ shared, detail }) => {
    expect(web.details?.({ view: fresh, settings, observed: at(shared) })?.['shared']).toBe(detail);
  });
});
