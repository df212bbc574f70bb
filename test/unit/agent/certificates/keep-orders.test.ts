import { beforeEach, describe, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { keepOrders } from '../../../../agent/certificates/keep-orders.ts';
import { certificateRequest } from '../../../../agent/host/certificate-request.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import { type Journal, openJournal } from '../../../../agent/reconcile/journal.ts';
import { openFields } from '../../../../agent/secrets/open.ts';
import { requestCertificate } from '../../../../coordinator/brain/certificates.ts';
import { type DecisionSet, decode } from '../../../../coordinator/store/codec.ts';
import { decisionsPrefix, leaderKey, nodeKey } from '../../../../coordinator/store/keys.ts';
import { BalancerSettings } from '../../../../roles/balancer/settings.ts';
import { challengeRevision } from '../../../../roles/model/certificate.ts';
import type { NodeRecord } from '../../../../roles/model/node.ts';
import { paths } from '../../../../roles/model/paths.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import type { View } from '../../../../roles/model/view.ts';
import { type AdmittingCluster, admittingCluster, requestOf } from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';
import { type FakeAuthority, fakeAuthority, fakeDirectory } from '../../../support/fake-authority.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { told } from '../../../support/machine.ts';
import { madeSigner } from '../../../support/made-certificates.ts';
import { nodeOf } from '../../../support/sketches.ts';

const keyPem = certificateKey().publicPem;
const names = ['shop.example', 'www.shop.example'];

let cluster: AdmittingCluster;
let leader: NodeRecord;
let files: FakeFiles;
let journal: Journal;
let authority: FakeAuthority;
let acme: Partial<BalancerSettings['acme']>;
/** Whether the balancer has taken in what it is to answer. */
let answers: boolean;
let snapshot: Snapshot;

beforeEach(async () => {
  cluster = await admittingCluster();
  const { decisions, clock } = cluster;
  const identity = createIdentity();
  leader = (await admit(cluster, requestOf(await cluster.token(), keyPem, { identity }))).record;
  // Who is left is the voter.
  await decisions.transact({ conditions: [], remove: [nodeKey(cluster.first.id)] });
  await decisions.transact({ conditions: [], put: { [leaderKey]: JSON.stringify({ node: leader.id }) } });
  files = new FakeFiles({ [paths.identity]: JSON.stringify(identity) });
  journal = await openJournal(new FakeFiles(), clock, '/journal');
  authority = fakeAuthority(await madeSigner(clock.now()), () => clock.now());
  acme = { agreed: true, directory: fakeDirectory, email: 'me@shop.example' };
  answers = true;
  await refresh();
  const asked = { name: 'shop', domains: names, requestedBy: 'operator' };
  await decisions.transact(requestCertificate(snapshot, asked, clock.now()).transaction);
});

async function refresh(): Promise<void> {
  snapshot = await cluster.decisions.read(decisionsPrefix);
}

function view(): View {
  const account = decode(snapshot).acme;
  const applied = answers && account !== undefined ? { balancer: challengeRevision(account) } : {};
  const node = nodeOf({ ordinal: 1, roles: ['balancer'], applied });
  const { balancer } = { balancer: BalancerSettings.parse({ acme }) };
  return {
    self: leader.id,
    cluster: { id: 'c1', name: 'shop', generation: 1 },
    revision: 1,
    settings: { balancer },
    nodes: [{ ...node, record: { ...node.record, id: leader.id, name: leader.name } }],
    ...(account === undefined ? {} : { acme: account }),
  };
}

async function turn(self = leader.id): Promise<string | undefined> {
  await refresh();
  const { decisions, clock } = cluster;
  const source = { store: () => decisions, answers: () => true, snapshot: () => snapshot, refresh };
  return keepOrders({
    files,
    clock,
    journal,
    self,
    source,
    view,
    ask: authority.ask,
    request: certificateRequest,
  });
}

async function turns(count: number): Promise<DecisionSet> {
  for (let done = 0; done < count; done += 1) await turn();
  return cluster.known();
}

/** Account, its registration, the order, its proof, the signature, the certificate. */
const whole = 6;
const minuteMs = 60_000;
const inMs = (ms: number): string => new Date(cluster.clock.now().getTime() + ms).toISOString();

describe('an order', () => {
  test('becomes a certificate with its key, in steps of which each is written down', async () => {
    const { certificates, orders, secrets } = await turns(whole);

    expect(orders).toEqual({});
    expect(certificates['shop']).toMatchObject({
      domains: names,
      source: 'acme',
      requestedBy: 'operator',
      issuer: 'Test authority',
    });
    expect(Object.keys(secrets).sort()).toEqual(['acme-account', 'cert-shop']);
    const fields = await openFields(files, await cluster.known(), 'cert-shop');
    expect(fields?.['key']).toContain('-----BEGIN PRIVATE KEY-----');
    expect(told(journal)).toEqual([
      expect.stringMatching(
        /^info: the certificate shop was obtained for shop\.example, www\.shop\.example, good until /,
      ),
    ]);
    expect(authority.asked).toContain(
      'POST /account {"termsOfServiceAgreed":true,"contact":["mailto:me@shop.example"]}',
    );
  });

  test('asks nothing of anybody once it is done', async () => {
    await turns(whole);
    const asked = authority.asked.length;

    await turns(2);
    expect(authority.asked).toHaveLength(asked);
  });

  test('waits until every balancer can answer', async () => {
    answers = false;
    await turns(2);

    expect(await turn()).toBe('certificates wait for b2 to answer for this cluster');
    expect(authority.asked).toEqual([]);
  });

  test('waits for the operator to agree', async () => {
    acme = { ...acme, agreed: false };

    expect(await turn()).toMatch(/^certificates wait until you agree: /);
    expect(authority.asked).toEqual([]);
  });

  test('is left to the node that leads', async () => {
    await turn(cluster.first.id);
    expect((await cluster.known()).acme).toBeUndefined();
  });

  test('is written by nobody who has lost the lead meanwhile', async () => {
    await turns(2);
    cluster.decisions.meanwhile.push(() =>
      cluster.decisions.undisturbed({ conditions: [], put: { [leaderKey]: '{"node":"nbbbbbbbbbbbb"}' } }),
    );
    await turn();

    expect((await cluster.known()).orders['shop']?.url).toBeUndefined();
  });

  test('goes on with a number that is too old', async () => {
    authority.refusals.push({ path: '/order', type: 'badNonce' }, { path: '/order', type: 'badNonce' });

    expect(Object.keys((await turns(whole)).certificates)).toEqual(['shop']);
  });
});

describe('a failure', () => {
  test('is told with the words of the authority, and tried again later with another order', async () => {
    authority.elsewhere.add('www.shop.example');
    const { orders, secrets } = await turns(whole);
    const why = 'www.shop.example was not proved to lead here: www.shop.example leads to 192.0.2.1';

    expect(orders['shop']).toEqual({
      domains: names,
      requestedBy: 'operator',
      failures: 1,
      nextTryAt: inMs(minuteMs),
      trouble: why,
    });
    expect(Object.keys(secrets)).toEqual(['acme-account']);
    expect(told(journal)).toEqual([`error: the certificate shop could not be obtained: ${why}`]);

    authority.elsewhere.clear();
    await turns(1);
    await cluster.clock.advance(minuteMs);
    expect(Object.keys((await turns(whole)).certificates)).toEqual(['shop']);
  });

  test('waits as long as the authority wants', async () => {
    await turns(2);
    authority.refusals.push({ path: '/order', type: 'rateLimited', retryAfter: '7200' });
    const { orders } = await turns(1);

    expect(orders['shop']).toMatchObject({ nextTryAt: inMs(120 * minuteMs), failures: 1 });
  });

  test('of an authority that is silent is counted too', async () => {
    authority.silent = true;
    const { orders } = await turns(3);

    expect(orders['shop']).toMatchObject({
      failures: 1,
      trouble: 'the authority ca.example does not answer: connect ETIMEDOUT',
    });
  });

  test('of an authority that has forgotten the account leads to a new one', async () => {
    await turns(2);
    authority.refusals.push({ path: '/order', type: 'accountDoesNotExist' });
    expect((await turns(1)).acme?.url).toBeUndefined();

    await cluster.clock.advance(minuteMs);
    expect(Object.keys((await turns(whole)).certificates)).toEqual(['shop']);
  });
});
