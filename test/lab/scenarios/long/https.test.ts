import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CertificatesReport } from '../../../../agent/api/contract.ts';
import { agree, whole } from '../../harness/agreement.ts';
import {
  type AcmeAuthority,
  blockedName,
  restartAuthority,
  shortLifeSeconds,
  startAuthority,
} from '../../harness/authority.ts';
import { eventually, type Lab, type LabMachine, openLab, startLoad } from '../../harness/index.ts';
import { clusterOf } from '../../harness/join.ts';
import { muster, partsOf } from '../../harness/operator.ts';
import { type CertificateFiles, ownCertificate } from '../../harness/own-certificate.ts';
import { securePage, sentOnTo, shownCertificate } from '../../harness/secure-page.ts';
import { vip } from '../../harness/visitors.ts';

const settleMs = 90_000;

/** A reload, and on every balancer: what the operator waits for. */
const shownMs = 30_000;

/** Account, order, proof and signature of an authority that answers at once. */
const obtainedMs = 60_000;

const folder = '/etc/haproxy/muster';
const own = 'own.example';
const shop = 'shop.example';

type Line = CertificatesReport['certificates'][number];

describe('https', () => {
  let lab: Lab;
  let nodes: readonly LabMachine[];
  let b1: LabMachine;
  let b4: LabMachine;
  let balancers: readonly LabMachine[];
  let others: readonly LabMachine[];
  let authority: AcmeAuthority;
  let first: CertificateFiles;
  let second: CertificateFiles;

  beforeAll(async () => {
    lab = await openLab({ machines: 4 });
    [b1, b4] = [lab.machine('b1'), lab.machine('b4')];
    nodes = await clusterOf(lab, 3, { vip });
    ({ balancers, others } = await partsOf(nodes, settleMs));
    authority = await startAuthority(b4, vip);
  });

  afterAll(async () => lab.close());

  const certificates = async (node = b1): Promise<readonly Line[]> => {
    const { stdout } = await muster(node, 'cert', 'ls', '--json');
    return CertificatesReport.parse(JSON.parse(stdout)).certificates;
  };

  /** Waits for a line of `cert ls` that fits. */
  const listed = (what: string, fits: (line: Line) => boolean, deadlineMs: number): Promise<Line> =>
    eventually(what, async () => (await certificates()).find(fits), { deadlineMs });

  const shownByAll = (name: string, notBefore = ''): Promise<Line> =>
    listed(
      `every balancer shows ${name}`,
      (line) =>
        line.name === name && line.shownBy.length === balancers.length && (line.notAfter ?? '') > notBefore,
      shownMs,
    );

  const set = async (files: CertificateFiles, ...words: string[]): Promise<string> =>
    (await muster(b1, 'cert', 'set', '--certificate', files.certificate, '--key', files.key, ...words))
      .stdout;

  const refused = async (files: CertificateFiles, ...words: string[]): Promise<string> => {
    const argv = ['muster', 'cert', 'set', '--certificate', files.certificate, '--key', files.key, ...words];
    const { exitCode, stderr } = await b1.exec(argv, { reject: false });
    return `${String(exitCode)} ${stderr.split('\n')[0] ?? ''}`;
  };

  test('without a certificate nothing listens on 443', async () => {
    await expect(shownCertificate(vip, own)).rejects.toThrow('ECONNREFUSED');
  });

  test('an own certificate is shown by every balancer, and http is sent on', async () => {
    first = await ownCertificate(b1, 'first', own);
    expect(await set(first)).toContain('which browsers do not know by themselves');
    await shownByAll('own-example');

    for (const { address } of balancers) {
      expect((await shownCertificate(address, own)).subject.CN).toBe(own);
      expect(await sentOnTo(address, own, '/page?a=1')).toMatchObject({
        status: 301,
        location: `https://${own}/page?a=1`,
      });
      expect(await sentOnTo(address, 'other.example', '/')).toMatchObject({ status: 200 });
    }
    expect(await securePage(vip, own, first.authority)).toMatchObject({
      status: 200,
      protocol: 'h2',
    });
  });

  test('it is replaced under load, and no request fails', async () => {
    const load = startLoad({
      url: `https://${vip}/`,
      host: own,
      requestsPerSecond: 100,
      postShare: 0.2,
      timeoutMs: 20_000,
    });
    const before = (await shownCertificate(vip, own)).fingerprint256;
    second = await ownCertificate(b1, 'second', own, 60);
    await set(second);
    await eventually(
      'another certificate is shown',
      async () => ((await shownCertificate(vip, own)).fingerprint256 === before ? undefined : true),
      { deadlineMs: shownMs },
    );
    await shownByAll('own-example');
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    for (const balancer of balancers) {
      const { stdout } = await balancer.exec(['sh', '-c', `stat -c '%a %U' ${folder}/*.pem`]);
      expect(stdout.trim()).toBe('600 root');
    }
  });

  test('what would not serve is refused, and nothing has changed', async () => {
    const before = await certificates();
    const over = await ownCertificate(b1, 'over', own, -1);
    const foreign = await ownCertificate(b1, 'foreign', 'foreign.example');

    expect(await refused({ ...first, key: second.key })).toMatch(
      /^2 .*the key is not that of the certificate/,
    );
    expect(await refused(over)).toMatch(/^2 .*the certificate ended at/);
    expect(await refused(foreign, '--name', 'own-example')).toMatch(
      /^2 .*would no longer speak for own\.example/,
    );
    expect(await certificates()).toEqual(before);
  });

  test('a certificate is obtained from an authority, whichever balancer it asks', async () => {
    const ca = `balancer.acme.authority=${authority.certificate}`;
    const directory = `balancer.acme.directory=${authority.directory}`;
    const request = ['cert', 'request', '--domain', shop, '--domain', `www.${shop}`];
    const asked = await b1.exec(['muster', ...request], { reject: false });
    expect(asked.stderr).toContain('you have not agreed to the terms');

    await muster(b1, 'settings', 'set', '--yes', directory, 'balancer.acme.agreed=true', ca);
    await muster(others[0] ?? b1, ...request);
    await listed(
      'the certificate is there',
      ({ name, notAfter }) => name === 'shop-example' && notAfter !== undefined,
      obtainedMs,
    );
    await shownByAll('shop-example');

    const root = await authority.root();
    for (const name of [shop, `www.${shop}`]) {
      expect(await securePage(vip, name, root)).toMatchObject({ status: 200, protocol: 'h2' });
    }
    const answers = await Promise.all(
      balancers.map(({ address }) => sentOnTo(address, shop, '/.well-known/acme-challenge/some_token-1')),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.text).toMatch(/^some_token-1\.[\w-]{43}$/);
    expect((await shownCertificate(vip, own)).subject.CN).toBe(own);
  });

  test('its key lies on balancers alone, sealed in the decisions', async () => {
    for (const other of others) {
      const { exitCode } = await other.exec(['ls', folder], { reject: false });
      expect(exitCode).not.toBe(0);
      const { stdout } = await other.exec([
        'sh',
        '-c',
        'grep -rl "PRIVATE KEY" /var/lib/muster /etc/muster || true',
      ]);
      expect(stdout.split('\n').filter((path) => path !== '' && !/pki|identity/.test(path))).toEqual([]);
    }
    const { stdout } = await b1.exec([
      'sh',
      '-c',
      'grep -rl "PRIVATE KEY" /var/lib/muster/journal.ndjson || true',
    ]);
    expect(stdout).toBe('');
  });

  test('it is renewed by itself, also by an authority that has forgotten the cluster', async () => {
    await restartAuthority(b4, shortLifeSeconds);
    await muster(b1, 'cert', 'renew', 'shop-example');
    const short = await listed(
      'a short certificate is there',
      ({ name, notAfter, obtaining }) =>
        name === 'shop-example' &&
        obtaining === undefined &&
        Date.parse(notAfter ?? '') < Date.now() + 120_000,
      3 * obtainedMs,
    );
    const next = await shownByAll('shop-example', short.notAfter).catch(() =>
      shownByAll('shop-example', short.notAfter),
    );

    expect(Date.parse(next.notAfter ?? '')).toBeGreaterThan(Date.parse(short.notAfter ?? ''));
    const shown = new X509Certificate((await shownCertificate(vip, shop)).raw);
    expect(shown.validToDate.getTime()).toBeGreaterThan(Date.now());
  });

  test('what the authority refuses is told with its words, and tried again later', async () => {
    await muster(b1, 'cert', 'request', '--domain', blockedName, '--name', 'blocked');
    const line = await listed('a failure', ({ obtaining }) => (obtaining?.failures ?? 0) > 0, obtainedMs);

    expect(line.obtaining?.trouble).toContain('blocked.example');
    expect(Date.parse(line.obtaining?.nextTryAt ?? '')).toBeGreaterThan(Date.now());
    await muster(b1, 'cert', 'rm', 'blocked');
    await agree(nodes, whole(3), settleMs);
  });
});
