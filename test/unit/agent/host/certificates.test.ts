import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { daysLeft, renewalDue } from '../../../../agent/host/certificate-end.ts';
import {
  type Authority,
  certificateProblem,
  createAuthority,
  issueCertificate,
  type KeyedCertificate,
  publicKeyPin,
} from '../../../../agent/host/certificates.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const later = (days: number): Date => new Date(now.getTime() + days * 24 * 60 * 60 * 1000);
const nodeId = 'naaaaaaaaaaaa';
const request = { nodeId, names: ['b1'], addresses: ['10.77.0.11'], now };

let authority: Authority;
let issued: KeyedCertificate;
beforeAll(async () => {
  authority = await createAuthority({ clusterName: 'shop', clusterId: 'c1', now });
  issued = await issueCertificate(authority, request);
});

test('the authority may sign certificates, for ten years', () => {
  const certificate = new X509Certificate(authority.certificatePem);
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.subject).toBe('CN=muster shop\nO=c1');
  expect(daysLeft(authority.certificatePem, now)).toBe(3650);
});

test('a certificate is signed by its authority and good for its node by every name and address', () => {
  const certificate = new X509Certificate(issued.certificatePem);
  const signer = new X509Certificate(authority.certificatePem);
  expect(certificate.checkIssued(signer)).toBe(true);
  expect(certificate.verify(signer.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(issued.privateKeyPem))).toBe(true);
  for (const name of [`${nodeId}.muster`, 'b1', 'localhost']) {
    expect(certificate.checkHost(name), name).toBeDefined();
  }
  for (const address of ['127.0.0.1', '10.77.0.11'])
    expect(certificate.checkIP(address), address).toBeDefined();
  expect(certificate.checkHost('b2')).toBeUndefined();
});

test('a certificate is for serving and for calling', () => {
  // The two object identifiers of serverAuth and clientAuth.
  expect(new X509Certificate(issued.certificatePem).keyUsage).toEqual([
    '1.3.6.1.5.5.7.3.1',
    '1.3.6.1.5.5.7.3.2',
  ]);
});

test('two ends with certificates of one authority trust each other', async () => {
  const own = { ca: authority.certificatePem, cert: issued.certificatePem, key: issued.privateKeyPem };
  const fresh = await issueCertificate(authority, { ...request, now: new Date() });
  const pair = { ...own, cert: fresh.certificatePem, key: fresh.privateKeyPem };
  const server = createServer({ ...pair, requestCert: true, rejectUnauthorized: true }, (socket) =>
    socket.end('hello'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ ...pair, port, host: '127.0.0.1' });
  const [data] = (await once(client, 'data')) as [Buffer];
  expect(data.toString()).toBe('hello');
  client.destroy();
  server.close();
});

describe('the life of a certificate', () => {
  test.each([
    { days: 0, left: 365, due: false, problem: undefined },
    { days: -0.9, left: 365, due: false, problem: undefined },
    { days: -2, left: 367, due: true, problem: 'it begins at 2026-02-28T12:00:00.000Z' },
    { days: 335, left: 30, due: false, problem: undefined },
    { days: 335.5, left: 29, due: true, problem: undefined },
    { days: 366, left: -1, due: true, problem: 'it ended at 2027-03-01T12:00:00.000Z' },
  ])('$days days after its making', async ({ days, left, due, problem }) => {
    const pem = issued.certificatePem;
    expect(daysLeft(pem, later(days))).toBe(left);
    expect(renewalDue(pem, later(days))).toBe(due);
    expect(await certificateProblem(pem, authority.certificatePem, later(days))).toBe(problem);
  });

  test('a certificate of another authority is refused by name', async () => {
    const stranger = await createAuthority({ clusterName: 'shop', clusterId: 'c2', now });
    expect(await certificateProblem(issued.certificatePem, stranger.certificatePem, now)).toBe(
      'it was not signed by CN=muster shop, O=c2',
    );
  });

  test('the key outlives the renewal, and its pin with it', async () => {
    const { privateKeyPem } = issued;
    const renewed = await issueCertificate(authority, { ...request, now: later(340), privateKeyPem });
    expect(renewed.privateKeyPem).toBe(privateKeyPem);
    expect(publicKeyPin(renewed.certificatePem)).toBe(publicKeyPin(issued.certificatePem));
    const other = await issueCertificate(authority, request);
    expect(publicKeyPin(other.certificatePem)).not.toBe(publicKeyPin(issued.certificatePem));
    expect(new X509Certificate(renewed.certificatePem).serialNumber).not.toBe(
      new X509Certificate(issued.certificatePem).serialNumber,
    );
  });

  test('a pin is what curl takes', () => {
    expect(publicKeyPin(issued.certificatePem)).toMatch(/^sha256\/\/[A-Za-z0-9+/]{43}=$/);
  });
});

test('what is no certificate is told as such', () => {
  expect(() => daysLeft('rubbish', now)).toThrow(expect.objectContaining({ code: 'state-unreadable' }));
});
