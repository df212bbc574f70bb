import { beforeEach, describe, expect, it } from 'vitest';
import type { ApplicationCreation } from '../../../../agent/api/contract-apps.ts';
import { changeSettings } from '../../../../coordinator/brain/change-settings.ts';
import { decisionsPrefix, settingsKey } from '../../../../coordinator/store/keys.ts';
import { type AdmittingCluster, admittingCluster } from '../../../support/admitting-cluster.ts';
import { type DecidingVoter, decidingVoter } from '../../../support/deciding-voter.ts';
import { told } from '../../../support/machine.ts';

const domains = ['shop.example', 'www.shop.example'];

let cluster: AdmittingCluster;
let voter: DecidingVoter;
beforeEach(async () => {
  cluster = await admittingCluster();
  voter = await decidingVoter(cluster);
});

const create = (part: Partial<ApplicationCreation> = {}): Promise<string> =>
  voter.decider.applications.create({ name: 'shop', domains, ...part });
const revision = async (): Promise<number> => (await cluster.decisions.read(decisionsPrefix)).revision;

async function agree(agreed = true): Promise<void> {
  const { entries } = await cluster.decisions.read(decisionsPrefix);
  const settings = { balancer: { acme: { agreed } } };
  await changeSettings(cluster.decisions, { revision: entries[settingsKey]?.modRevision ?? 0, settings });
}

describe('an application that is made', () => {
  it('comes with its database and the secret of it, in one transaction', async () => {
    const before = await revision();

    expect(await create()).toBe(
      'the application shop is made, at shop.example, www.shop.example; the database shop is to be made',
    );
    const known = await cluster.known();
    expect(await revision()).toBe(before + 1);
    expect([known.applications['shop']?.domains, known.databases.map(({ name }) => name)]).toEqual([
      domains,
      ['shop'],
    ]);
    expect(Object.keys(known.secrets)).toEqual(['db-shop']);
    expect(known.orders).toEqual({});
    expect(told(voter.journal)).toHaveLength(1);
  });

  it('takes over a database of its name as it is', async () => {
    await voter.decider.createDatabase('shop');
    const before = await cluster.known();

    expect(await create()).toContain('it takes over the database shop');
    const after = await cluster.known();
    expect([after.databases, after.secretRevisions]).toEqual([before.databases, before.secretRevisions]);
  });

  it('is not made while a database of its name is being dropped', async () => {
    await voter.decider.createDatabase('shop');
    await voter.decider.dropDatabase('shop');

    await expect(create()).rejects.toMatchObject({ code: 'not-allowed' });
    expect((await cluster.known()).applications).toEqual({});
  });

  it('leaves its database when it goes, and finds it again', async () => {
    await create();
    await voter.decider.applications.remove('shop');

    expect((await cluster.known()).databases).toHaveLength(1);
    expect(await create()).toContain('it takes over the database shop');
  });
});

describe('an application with https', () => {
  it('is refused until the terms are agreed to, and nothing is made', async () => {
    const before = await revision();

    await expect(create({ https: true })).rejects.toMatchObject({
      code: 'certificate-refused',
      next: expect.stringContaining('muster settings set balancer.acme.agreed=true'),
    });
    expect(await revision()).toBe(before);
  });

  it('asks for a certificate in the same transaction', async () => {
    await agree();
    const before = await revision();
    await create({ https: true });

    expect(await revision()).toBe(before + 1);
    expect((await cluster.known()).orders).toMatchObject({
      'shop-example': { domains, requestedBy: 'app shop' },
    });
  });

  it('asks for no second certificate of a domain', async () => {
    await agree();
    const request = { domains: ['shop.example'], dryRun: false };
    await voter.decider.certificates.request(request);
    await create({ https: true });
    await create({ name: 'blog', domains: ['blog.example'], https: true });

    const { orders } = await cluster.known();
    expect(Object.values(orders).map((order) => order.domains)).toEqual([
      ['blog.example'],
      ['shop.example'],
      ['www.shop.example'],
    ]);
  });

  it('needs no agreement where all its domains have a certificate', async () => {
    await agree();
    await voter.decider.certificates.request({ domains, dryRun: false });
    await agree(false);

    expect(await create({ https: true })).toContain('its domains have a certificate already');
  });
});
