import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../roles/model/fingerprint.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { Step } from '../../../../roles/model/step.ts';
import type { View } from '../../../../roles/model/view.ts';
import { node } from '../../../../roles/node/index.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { lonelyView, nodeView, viewOfNodes } from '../../../support/sample-views.ts';

const hosts = '127.0.0.1 localhost\n';
const withHosts = (text: string, observed: Observed = nothingObserved): Observed => ({
  ...observed,
  files: { ...observed.files, '/etc/hosts': { sha256: sha256(text), mode: 0o644, owner: 'root:root' } },
  texts: { '/etc/hosts': text },
});
const bare = withHosts(hosts);
/** Another hand deletes it; muster knows that it had written it. */
const withoutFile = (path: string, observed: Observed): Observed => ({
  ...observed,
  files: Object.fromEntries(Object.entries(observed.files).filter(([name]) => name !== path)),
  texts: Object.fromEntries(Object.entries(observed.texts).filter(([name]) => name !== path)),
});
const packagedOn: Observed = {
  ...bare,
  services: { 'etcd.service': { unit: 'etcd.service', installed: true, active: 'active', enabled: true } },
};
const plan = (view: View, observed: Observed): readonly Step[] => node.plan({ view, settings: {}, observed });
const set = (view: View): Observed => applySteps(bare, plan(view, bare));

/** A step in a few words. */
function word(step: Step): string {
  switch (step.kind) {
    case 'packages':
      return `install ${step.names.join(' ')}`;
    case 'file':
      return `write ${step.file.path}`;
    case 'service':
      return `${step.action} ${step.service.unit}`;
    case 'runtime':
      return 'runtime';
    case 'await':
      return `await ${step.nodes.join(' ')}`;
    case 'vacant':
      return `vacant ${step.address}`;
    case 'remove':
      return `remove ${step.path}`;
    case 'command':
      return step.argv.join(' ');
    case 'copy':
    case 'sql':
    case 'clone':
      return step.kind;
  }
}

const systemd = lonelyView();
const supervised = lonelyView({ hardware: { init: 'none' } });
const second: View = { ...viewOfNodes([nodeView(1), nodeView(2)]), self: nodeView(2).record.id };
const moved = viewOfNodes([{ ...nodeView(1), record: { ...nodeView(1).record, address: '10.77.0.99' } }]);
const unit = '/etc/systemd/system/muster-etcd.service';
const firewall = [
  'write /etc/muster/firewall.nft',
  'write /etc/systemd/system/muster-firewall.service',
  'enable muster-firewall.service',
  'start muster-firewall.service',
];

describe('the plan of a node', () => {
  const cases: readonly { what: string; view: View; observed: Observed; steps: readonly string[] }[] = [
    {
      what: 'bare, with systemd',
      view: systemd,
      observed: bare,
      steps: [
        'install etcd-server nftables',
        'write /etc/hosts',
        `write ${unit}`,
        'enable muster-etcd.service',
        'start muster-etcd.service',
        ...firewall,
      ],
    },
    {
      what: 'bare, without systemd',
      view: supervised,
      observed: bare,
      steps: [
        'install etcd-server',
        'write /etc/hosts',
        'enable muster-etcd.service',
        'start muster-etcd.service',
      ],
    },
    { what: 'all well', view: systemd, observed: set(systemd), steps: [] },
    {
      what: "the package's own etcd is on",
      view: systemd,
      observed: applySteps(packagedOn, plan(systemd, bare)),
      steps: ['disable etcd.service', 'stop etcd.service'],
    },
    {
      what: 'no voter',
      view: second,
      observed: bare,
      steps: ['install nftables', 'write /etc/hosts', ...firewall],
    },
    {
      what: 'a new address',
      view: moved,
      observed: set(systemd),
      steps: ['write /etc/hosts', 'write /etc/muster/firewall.nft', 'reload muster-firewall.service'],
    },
    {
      what: 'our names taken out',
      view: systemd,
      observed: withHosts(hosts, set(systemd)),
      steps: ['write /etc/hosts'],
    },
    {
      what: 'a line of the operator beside our block',
      view: systemd,
      observed: withHosts(`${set(systemd).texts['/etc/hosts'] ?? ''}10.0.0.1 printer\n`, set(systemd)),
      steps: [],
    },
    {
      what: 'a hosts file that is there and was not read',
      view: systemd,
      observed: { ...set(systemd), texts: {} },
      steps: [],
    },
    {
      what: 'the unit deleted',
      view: systemd,
      observed: withoutFile(unit, set(systemd)),
      steps: [`write ${unit}`, 'restart muster-etcd.service'],
    },
  ];
  test.each(cases)('$what', ({ view, observed, steps }) => {
    expect(plan(view, observed).map(word)).toEqual(steps);
  });

  test('says of each change of the hosts file whose hand it was', () => {
    const reason = (view: View, observed: Observed): string | undefined =>
      plan(view, observed).find((step) => step.kind === 'file')?.why;
    const done = set(systemd);
    expect(reason(second, bare)).toBe('the nodes are to be found by their names in /etc/hosts');
    expect(reason(moved, done)).toBe('/etc/hosts follows the nodes and their addresses');
    expect(reason(systemd, withHosts(hosts, done))).toMatch(
      /names in \/etc\/hosts had been changed by another/,
    );
    expect(reason(systemd, withoutFile('/etc/hosts', done))).toBe(
      '/etc/hosts had been deleted by another hand',
    );
  });

  test('keeps mode and owner of the hosts file', () => {
    const observed: Observed = {
      ...bare,
      files: { '/etc/hosts': { sha256: sha256(hosts), mode: 0o664, owner: 'root:adm' } },
    };
    const step = plan(second, observed).find(({ kind }) => kind === 'file');
    expect(step).toMatchObject({ file: { mode: 0o664, owner: 'root:adm' } });
  });

  test.each([
    { what: 'bare, with systemd', view: systemd, observed: bare },
    { what: 'bare, without systemd', view: supervised, observed: bare },
    { what: 'no hosts file', view: systemd, observed: nothingObserved },
    { what: "the package's own etcd is on", view: systemd, observed: packagedOn },
    { what: 'a new address', view: moved, observed: set(systemd) },
  ])('interrupted anywhere it arrives at the same end: $what', ({ view, observed }) => {
    expectConvergence((now) => plan(view, now), observed);
  });
});

test('the agent watches what it is to keep, and what has to stay off', () => {
  const units = (view: View): string[] =>
    node.wants({ view, settings: {} }).services.map((service) => service.unit);
  const ofRoles = ['nginx.service', 'memcached.service', 'mariadb.service', 'glusterd.service'];
  const strays = ['etcd.service', ...ofRoles];
  const own = ['muster-etcd.service', 'muster-firewall.service'];
  expect(units(systemd)).toEqual([...own, ...strays]);
  expect(units(supervised)).toEqual(['muster-etcd.service']);
  expect(units(second)).toEqual(['muster-firewall.service', ...strays]);
  expect(node.services({ view: second, settings: {} }).map((service) => service.unit)).toEqual([
    'muster-firewall.service',
  ]);
});

describe('the health of a node', () => {
  const failed: Observed = {
    ...set(systemd),
    services: {
      'muster-etcd.service': {
        unit: 'muster-etcd.service',
        installed: true,
        active: 'failed',
        enabled: true,
      },
    },
  };
  test.each([
    { what: 'nothing done', view: systemd, observed: bare, state: 'starting' },
    { what: 'names only', view: systemd, observed: applySteps(bare, plan(second, bare)), state: 'starting' },
    { what: 'all done', view: systemd, observed: set(systemd), state: 'ready' },
    { what: 'etcd down', view: systemd, observed: failed, state: 'failing' },
    { what: 'no voter, names only', view: second, observed: set(second), state: 'ready' },
  ])('$what: $state', ({ view, observed, state }) => {
    expect(node.health({ view, settings: {}, observed }).state).toBe(state);
  });
});
