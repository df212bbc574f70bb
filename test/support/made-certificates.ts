import 'reflect-metadata';
import { generateKeyPairSync, type KeyObject, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { PemPair } from '../../agent/certificates/read.ts';

const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const dayMs = 86_400_000;

export interface MadePair extends PemPair {
  /** PEM: whom to believe. */
  readonly authority: string;
}

interface Wishes {
  readonly domains?: readonly string[];
  readonly now: Date;
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
}

/** Who signs certificates; nobody knows it. */
export interface Signer {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** An authority that began some days ago. */
export async function madeSigner(now: Date, days = 1): Promise<Signer> {
  const { privateKey, publicKey } = pair();
  const key = crypto(privateKey, 'sign');
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test authority',
    notBefore: new Date(now.getTime() - days * dayMs),
    notAfter: new Date(now.getTime() + 1_000 * dayMs),
    keys: { privateKey: key, publicKey: crypto(publicKey, 'verify') },
    signingAlgorithm: signing,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  return { certificate, key };
}

/** A certificate for somebody's key, and after it who signed it; PEM. */
export async function certifiedBy(
  signer: Signer,
  publicKey: webcrypto.CryptoKey,
  { domains = ['shop.example'], now, from = -1, until = 90 }: Wishes,
): Promise<string> {
  const names = domains.map((value) => ({ type: 'dns', value }) as const);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${domains[0] ?? 'nobody'}`,
    issuer: signer.certificate.subjectName,
    notBefore: new Date(now.getTime() + from * dayMs),
    notAfter: new Date(now.getTime() + until * dayMs),
    publicKey,
    signingKey: signer.key,
    signingAlgorithm: signing,
    extensions: names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)],
  });
  return `${certificate.toString('pem')}\n${pemOf(signer)}`;
}

/** A certificate with its key, of an authority of its own that is in its chain. */
export async function madePair(wishes: Wishes): Promise<MadePair> {
  const { privateKey, publicKey } = pair();
  const signer = await madeSigner(wishes.now, Math.max(1, -(wishes.from ?? 0)));
  const certificate = await certifiedBy(signer, crypto(publicKey, 'verify'), wishes);
  return { certificate, authority: pemOf(signer), key: pkcs8(privateKey) };
}

function pemOf({ certificate }: Signer): string {
  return `${certificate.toString('pem')}\n`;
}

function pair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function crypto(key: KeyObject, usage: 'sign' | 'verify'): webcrypto.CryptoKey {
  return key.toCryptoKey(curve, true, [usage]);
}

export function pkcs8(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}
