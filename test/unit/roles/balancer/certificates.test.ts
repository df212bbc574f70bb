import { describe, expect, it } from 'vitest';
import { certificateFolder, folderQuestion } from '../../../../roles/balancer/certificates.ts';
import { balancer } from '../../../../roles/balancer/index.ts';
import { BalancerSettings } from '../../../../roles/balancer/settings.ts';
import type { Certificate } from '../../../../roles/model/certificate.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { FileStep, Step } from '../../../../roles/model/step.ts';
import type { View } from '../../../../roles/model/view.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { sampleCertificate, sampleThumbprint } from '../../../support/sample-certificates.ts';
import { ready, viewOf } from '../../../support/sketches.ts';

const settings = BalancerSettings.parse({});
const shop = sampleCertificate();
const docs = sampleCertificate({ domains: ['*.docs.example', 'docs.example'], chain: 'docs chain\n' });

/** One balancer; it holds the keys of all these certificates but for those that are named. */
function viewWith(
  certificates: Readonly<Record<string, Certificate>>,
  { sealed = [], revision = 5 }: { readonly sealed?: readonly string[]; readonly revision?: number } = {},
): View {
  const own = Object.keys(certificates).filter((name) => !sealed.includes(name));
  const secrets = Object.fromEntries(own.map((name) => [`cert-${name}`, revision]));
  return { ...viewOf({ ordinal: 1, health: { web: ready } }), certificates, secrets };
}

const plan = (view: View, observed: Observed, wanted = settings): readonly Step[] =>
  balancer.plan({ view, settings: wanted, observed });

/** A machine after the plan, the files of the folder listed. */
function settled(view: View, before: Observed = nothingObserved): Observed {
  return listed(applySteps(before, plan(view, before)));
}

function listed(observed: Observed): Observed {
  const names = Object.keys(observed.files)
    .filter((path) => path.startsWith(`${certificateFolder}/`))
    .map((path) => path.slice(certificateFolder.length + 1));
  const answer = { ok: true, status: 200, text: names.join('\n') } as const;
  return { ...observed, answers: { ...observed.answers, [folderQuestion]: answer } };
}

const words = (steps: readonly Step[]): string[] =>
  steps.map((step) => {
    if (step.kind === 'file') return `write ${ending(step.file.path)}`;
    if (step.kind === 'remove') return `remove ${ending(step.path)}`;
    return step.kind === 'service' ? step.action : step.kind;
  });
const ending = (path: string): string => path.replace(/^.*\//, '').replace(/-?[0-9a-f]{16}\./, '.');

const configOf = (view: View, wanted = settings): string => {
  const steps = plan(view, nothingObserved, wanted).filter((step): step is FileStep => step.kind === 'file');
  return steps.find(({ file }) => file.path.endsWith('haproxy.cfg'))?.file.content ?? '';
};

describe('certificates on a balancer', () => {
  it('come before the configuration that names them, with the key as a reference', () => {
    const steps = plan(viewWith({ shop }), nothingObserved);

    expect(words(steps)).toEqual([
      'packages',
      'write shop.pem',
      'write .list',
      'write muster-prefixes.map',
      'write muster-urls.map',
      'write haproxy.cfg',
      'write 50-muster.conf',
      'enable',
      'start',
    ]);
    expect(steps[1]).toMatchObject({
      file: { mode: 0o600, owner: 'root:root', content: `{{secret cert-shop@5 key}}${shop.chain}` },
    });
  });

  it('are replaced by one reload, and the former key is deleted after it', () => {
    const next = viewWith({ shop: sampleCertificate({ chain: 'next chain\n' }) }, { revision: 9 });

    expect(words(plan(next, settled(viewWith({ shop }))))).toEqual([
      'write shop.pem',
      'write .list',
      'write haproxy.cfg',
      'reload',
      'remove shop.pem',
      'remove .list',
    ]);
  });

  it('are not loaded again when only the seal of a key has changed', () => {
    const resealed = viewWith({ shop }, { revision: 6 });

    expect(words(plan(resealed, settled(viewWith({ shop }))))).toEqual(['write shop.pem']);
  });

  it('close the port with the last one, and leave no key behind', () => {
    const observed = settled(viewWith({ shop }));

    expect(words(plan(viewWith({}), observed))).toEqual([
      'write haproxy.cfg',
      'reload',
      'remove shop.pem',
      'remove .list',
    ]);
    expect(configOf(viewWith({}))).not.toContain(':443');
  });

  it('wait for their keys while the others are shown', () => {
    const view = viewWith({ docs, shop }, { sealed: ['shop'] });
    const unit = 'haproxy.service';
    const up: Observed = {
      ...nothingObserved,
      services: { [unit]: { unit, installed: true, active: 'active', enabled: true } },
      answers: { site: { ok: true, status: 200, text: 'ok' } },
    };

    expect(words(plan(view, nothingObserved)).filter((word) => word.endsWith('.pem'))).toEqual([
      'write docs.pem',
    ]);
    expect(balancer.health({ view, settings, observed: up })).toEqual({
      state: 'starting',
      reason: 'the key of the certificate shop is not sealed to this node yet',
    });
  });

  it('leave with the role', () => {
    const view = viewWith({ shop });
    const observed = settled(view);

    const steps = balancer.leave?.({ view, settings, observed }) ?? [];
    expect(words(steps)).toEqual(['remove shop.pem', 'remove .list', 'disable', 'stop']);
  });

  it('arrive at the same end from every interruption', () => {
    const folder = (observed: Observed): readonly Step[] => plan(viewWith({ docs, shop }), listed(observed));

    expectConvergence(folder, nothingObserved);
    expectConvergence(folder, settled(viewWith({ shop: sampleCertificate({ chain: 'before\n' }) })));
  });

  it('are told as in force once HAProxy has loaded them, and so are challenges', () => {
    const view: View = {
      ...viewWith({ docs, shop }, { sealed: ['docs'] }),
      acme: { directory: 'https://ca.example/dir', thumbprint: sampleThumbprint },
    };
    const applied = (observed: Observed): string => balancer.applied({ view, settings, observed });

    expect(applied(nothingObserved)).toBe('');
    expect(applied(settled(view))).toMatch(
      new RegExp(`^acme-${sampleThumbprint} certificate-shop-[0-9a-f]{16}$`),
    );
  });
});

describe('haproxy.cfg over TLS', () => {
  const view: View = {
    ...viewWith({ docs, shop }),
    acme: { directory: 'https://ca.example/dir', thumbprint: sampleThumbprint },
  };

  it('is the text in test/golden', async () => {
    const text = configOf(view, BalancerSettings.parse({ hstsDays: 365 }));
    await expect(text).toMatchFileSnapshot('../../../golden/balancer/haproxy-tls.cfg');
  });

  it.each([
    { https: 'both', redirects: 0, binds: 1 },
    { https: 'redirect', redirects: 2, binds: 1 },
    { https: 'off', redirects: 0, binds: 0 },
  ] as const)('$https', ({ https, redirects, binds }) => {
    const text = configOf(view, BalancerSettings.parse({ https }));

    expect(text.match(/redirect scheme https/g)?.length ?? 0).toBe(redirects);
    expect(text.match(/bind \*:443/g)?.length ?? 0).toBe(binds);
    expect(text).not.toContain('Strict-Transport-Security');
  });

  it('breaks a long list of names into lines that HAProxy can hold', () => {
    const domains = Array.from({ length: 100 }, (_, index) => `d${String(index)}.example`);
    const lines = configOf(viewWith({ many: sampleCertificate({ domains }) }))
      .split('\n')
      .filter((line) => line.startsWith('  acl secure_name '));

    expect(lines).toHaveLength(3);
    expect(Math.max(...lines.map((line) => line.trim().split(' ').length))).toBeLessThanOrEqual(64);
  });
});
