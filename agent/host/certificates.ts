import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { MusterError } from '../../roles/model/errors.ts';
import { type NodeId, nodeHostname } from '../../roles/model/node.ts';

/** A certificate and the private key it belongs to, both PEM; the key goes into 0600 files only. */
export interface KeyedCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** The cluster's certificate authority. */
export type Authority = KeyedCertificate;

export interface AuthorityRequest {
  readonly clusterName: string;
  readonly clusterId: string;
  readonly now: Date;
}

export interface CertificateRequest {
  readonly nodeId: NodeId;
  /** Further host names of the node; `<id>.muster` and `localhost` are always in. */
  readonly names: readonly string[];
  /** Further IP addresses of the node; 127.0.0.1 is always in. */
  readonly addresses: readonly string[];
  readonly now: Date;
  /** The key to go on with, so that its pin outlives the renewal; a new one when absent. */
  readonly privateKeyPem?: string;
}

const dayMs = 24 * 60 * 60 * 1000;
/** A cluster is not expected to outlive its authority; there is no renewal of it. */
const authorityDays = 10 * 365;
const nodeDays = 365;
/** A machine without a battery-backed clock may start a day slow; a certificate from tomorrow would lock it out. */
const backdateDays = 1;

/** ECDSA on P-256: what OpenSSL, Go and Node all verify fastest. */
const keyKind = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Makes the authority of a new cluster. */
export async function createAuthority(request: AuthorityRequest): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`muster ${request.clusterName}`] }, { O: [request.clusterId] }],
    ...validity(request.now, authorityDays),
    keys,
    signingAlgorithm: signing,
    extensions: [
      // Path length 0: it signs nodes, and no other authorities.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificatePem: pemText(certificate), privateKeyPem: await exportKey(keys.privateKey) };
}

/**
 * Issues a node's certificate. It serves and calls with the same one, so both usages are in: etcd's JSON gateway also
 * dials its own server with the server's certificate.
 */
export async function issueCertificate(
  authority: Authority,
  request: CertificateRequest,
): Promise<KeyedCertificate> {
  const keys = await keysFor(request.privateKeyPem);
  const certificatePem = await certify(authority, request, keys.publicKey);
  return { certificatePem, privateKeyPem: await exportKey(keys.privateKey) };
}

/** The same for a key that stays where it is: P-256, SPKI in PEM. Returns the certificate as PEM. */
export async function certifyKey(
  authority: Authority,
  request: Omit<CertificateRequest, 'privateKeyPem'> & { readonly publicKeyPem: string },
): Promise<string> {
  return certify(authority, request, cryptoKey(createPublicKey(request.publicKeyPem), 'verify'));
}

/** A private key for a certificate yet to be asked for: P-256, PKCS #8 in PEM. */
export async function newCertificateKey(): Promise<string> {
  return exportKey((await newKeys()).privateKey);
}

async function certify(
  authority: Authority,
  request: CertificateRequest,
  publicKey: webcrypto.CryptoKey,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const names = [nodeHostname(request.nodeId), ...request.names, 'localhost'];
  const addresses = ['127.0.0.1', ...request.addresses];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [nodeHostname(request.nodeId)] }],
    issuer: issuer.subjectName,
    ...validity(request.now, nodeDays),
    publicKey,
    signingKey: (await importKeys(authority.privateKeyPem)).privateKey,
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([
        ...[...new Set(names)].map((value) => ({ type: 'dns', value }) as const),
        ...[...new Set(addresses)].map((value) => ({ type: 'ip', value }) as const),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return pemText(certificate);
}

/** The pin of a certificate's public key as curl takes it: `sha256//` and the base64 SHA-256 of its SPKI. */
export function publicKeyPin(certificatePem: string): string {
  const spki = readCertificate(certificatePem).publicKey.rawData;
  return `sha256//${createHash('sha256').update(new Uint8Array(spki)).digest('base64')}`;
}

/** Why a certificate would be refused by the nodes of this authority now; undefined when it is good. */
export async function certificateProblem(
  certificatePem: string,
  authorityPem: string,
  now: Date,
): Promise<string | undefined> {
  const certificate = readCertificate(certificatePem);
  const authority = readCertificate(authorityPem);
  if (certificate.notBefore > now) return `it begins at ${certificate.notBefore.toISOString()}`;
  if (certificate.notAfter < now) return `it ended at ${certificate.notAfter.toISOString()}`;
  const signed = await certificate.verify({ publicKey: authority, signatureOnly: true });
  return signed ? undefined : `it was not signed by ${authority.subject}`;
}

function readCertificate(pem: string): x509.X509Certificate {
  try {
    return new x509.X509Certificate(pem);
  } catch (cause) {
    throw new MusterError('state-unreadable', {
      what: 'a certificate of this node cannot be read',
      why: 'it is not an X.509 certificate in PEM',
      next: 'ls -l /var/lib/muster/pki, and put the file back from a backup',
      cause,
    });
  }
}

function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(now.getTime() - backdateDays * dayMs),
    notAfter: new Date(now.getTime() + days * dayMs),
  };
}

/** 126 random bits, positive and not zero, as RFC 5280 asks. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

async function keysFor(privateKeyPem: string | undefined): Promise<webcrypto.CryptoKeyPair> {
  return privateKeyPem === undefined ? newKeys() : importKeys(privateKeyPem);
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(keyKind, true, ['sign', 'verify']);
}

async function importKeys(privateKeyPem: string): Promise<webcrypto.CryptoKeyPair> {
  const privateKey = createPrivateKey(privateKeyPem);
  return {
    privateKey: cryptoKey(privateKey, 'sign'),
    publicKey: cryptoKey(createPublicKey(privateKey), 'verify'),
  };
}

function cryptoKey(key: KeyObject, usage: 'sign' | 'verify'): webcrypto.CryptoKey {
  return key.toCryptoKey(keyKind, true, [usage]);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`;
}

function pemText(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
