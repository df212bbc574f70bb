import { describe, expect, it } from 'vitest';
import { mountStatus } from '../../../../roles/model/mount.ts';
import { type Answer, nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { Step } from '../../../../roles/model/step.ts';
import type { StorageView } from '../../../../roles/model/storage.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { storage } from '../../../../roles/storage/index.ts';
import { StorageSettings } from '../../../../roles/storage/settings.ts';
import { planShared, sharedDetail } from '../../../../roles/web/shared.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { nodeOf, recordOf, viewOf } from '../../../support/sketches.ts';

const settings = StorageSettings.parse({});
const [one, two] = [recordOf(1), recordOf(2)];
const common = { keeper: one.id, bricks: [], since: '2026-01-01T00:00:00.000Z', epoch: 9 };
const served: StorageView = { ...common, driver: 'nfs' };
const volume: StorageView = { ...common, driver: 'gluster', bricks: [one.id] };

function node(ordinal: number, shared: string, more: Partial<NodeView> = {}): NodeView {
  const made = { ...nodeOf({ ordinal, roles: ['web', 'storage'] }), ...more };
  const details = {
    web: { shared },
    storage: ordinal === 1 && shared !== 'starting' ? { nfs: 'serves' } : {},
  };
  return made.facts === undefined ? made : { ...made, facts: { ...made.facts, details } };
}

const seenBy = (self: string, decision: StorageView, nodes = [node(1, 'local'), node(2, 'nfs')]): View => {
  return { ...viewOf({ ordinal: 1 }), self, nodes, storage: decision };
};
const folder: Observed = { ...nothingObserved, answers: { content: { ok: true, status: 0, text: 'x' } } };
const plan = (view: View, observed: Observed): readonly Step[] => storage.plan({ view, settings, observed });
const words = (steps: readonly Step[]): string[] =>
  steps.map((step) => {
    if (step.kind === 'command') return step.argv.join(' ');
    if (step.kind === 'service') return `${step.action} ${step.service.unit}`;
    return step.kind === 'file' ? `write ${step.file.path}` : step.kind;
  });

describe('files that are served by NFS', () => {
  const view = seenBy(one.id, served);
  const serving = applySteps(folder, plan(view, folder));

  it('are set up before the package starts its server', () => {
    expect(words(plan(view, folder))).toEqual([
      'write /etc/nfs.conf.d/muster.conf',
      'write /etc/exports.d/muster.exports',
      'packages',
      'enable nfs-server.service',
      'start nfs-server.service',
    ]);
    expectConvergence((observed) => plan(view, observed), folder);
  });

  it('go to the web nodes, and to nobody where there are none', () => {
    const exported = (seen: View): string => {
      const files = plan(seen, folder).flatMap((step) => (step.kind === 'file' ? [step.file] : []));
      return files.find(({ path }) => path.endsWith('.exports'))?.content.split('\n')[1] ?? '';
    };
    expect(exported(view)).toBe(
      `/srv/muster/files ${two.address}(rw,sync,no_subtree_check,no_root_squash,fsid=7700)`,
    );
    expect(exported(seenBy(one.id, served, [node(1, 'local'), node(2, 'nfs', { roles: ['db'] })]))).toBe('');
  });

  it('are served by nobody else', () => {
    expect(plan(seenBy(two.id, served), folder)).toEqual([]);
  });

  it('are told of once they can be mounted', () => {
    const told = (observed: Observed): unknown => [
      storage.health({ view, settings, observed }).state,
      storage.details?.({ view, settings, observed })?.['nfs'],
    ];
    expect(told(folder)).toEqual(['starting', undefined]);
    expect(told(serving)).toEqual(['ready', 'serves']);
  });

  it('go on until the last has them from the volume that was made over them', () => {
    const ends = (web: NodeView): string[] => {
      const seen = seenBy(one.id, volume, [node(1, 'gluster'), web]);
      return words(plan(seen, serving)).filter((word) => word.includes('nfs-server'));
    };
    expect(ends(node(2, 'nfs'))).toEqual([]);
    const off = ['disable nfs-server.service', 'stop nfs-server.service'];
    expect(ends(node(2, 'gluster'))).toEqual(off);
    expect(ends(node(2, 'nfs', { verdict: 'unreachable' }))).toEqual(off);
    expect(words(storage.leave?.({ view, settings, observed: serving }) ?? [])).toEqual(off);
  });
});

describe('the mount of files that are served by NFS', () => {
  const point = '/var/lib/muster/shared';
  const source = `${one.id}.muster:/srv/muster/files`;
  const mounted = (type: string, server?: string): Answer => {
    return { ok: true, status: mountStatus.answers, text: JSON.stringify({ source, type, server }) };
  };
  const nothing: Answer = { ok: true, status: mountStatus.absent, text: '' };
  const steps = (view: View, shared?: Answer): string[] => {
    const answers = shared === undefined ? {} : { shared };
    return words(planShared(view, { ...nothingObserved, packages: { 'nfs-common': '1' }, answers }));
  };
  const view = seenBy(two.id, served);
  const mount = expect.stringMatching(
    /^mount -t nfs4 -o vers=4.2,softerr,\S+ \S+:\/srv\/muster\/files \/var/,
  ) as string;

  it.each([
    { what: 'nothing is there', is: steps(view, nothing), be: [`install -d -m 0555 ${point}`, mount] },
    { what: 'a folder of its own is there: it is covered', is: steps(view, mounted('xfs')), be: [mount] },
    { what: 'it is there', is: steps(view, mounted('nfs4', one.address)), be: [] },
    {
      what: 'its server has another address now',
      is: steps(view, mounted('nfs4', '192.0.2.9')),
      be: [`umount --lazy ${point}`, mount],
    },
    { what: 'not looked at yet', is: steps(view), be: [] },
    {
      what: 'its server does not serve yet',
      is: steps(seenBy(two.id, served, [node(1, 'starting'), node(2, 'silent')]), nothing),
      be: [],
    },
    {
      what: 'its server is away',
      is: steps(
        seenBy(two.id, served, [node(1, 'local', { verdict: 'unreachable' }), node(2, 'nfs')]),
        nothing,
      ),
      be: [],
    },
    {
      what: 'the node that serves has the folder itself',
      is: steps(seenBy(one.id, served), mounted('xfs')),
      be: [],
    },
  ])('$what', ({ is, be }) => expect(is).toEqual(be));

  it('is the folder itself where it is served', () => {
    expect(steps(seenBy(one.id, served), nothing)).toContain(`mount --bind /run/muster/files ${point}`);
  });

  it('is told of', () => {
    const observed = { ...nothingObserved, answers: { shared: mounted('nfs4', one.address) } };
    expect(sharedDetail(view, observed)).toEqual({ shared: 'nfs' });
  });
});
