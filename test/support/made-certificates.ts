import 'reflect-metadata';
import { generateKeyPairSync, type KeyObject, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { PemPair } from '../../agent/certificates/read.ts';

const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const dayMs = 86_400_000;

export interface MadePair extends PemPair {
  readonly authority: string;
}

interface Wishes {
  readonly domains?: readonly string[];
  readonly now: Date;
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
}

/** A certificate of a real authority that nobody knows, with the authority in its chain. */
export async function madePair({
  domains = ['shop.example'],
  now,
  from = -1,
  until = 90,
}: Wishes): Promise<MadePair> {
  const [own, signer] = [pair(), pair()];
  const notBefore = new Date(now.getTime() + Math.min(from, -1) * dayMs);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test authority',
    notBefore,
    notAfter: new Date(now.getTime() + 1_000 * dayMs),
    keys: { privateKey: crypto(signer.privateKey, 'sign'), publicKey: crypto(signer.publicKey, 'verify') },
    signingAlgorithm: signing,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${domains[0] ?? 'nobody'}`,
    issuer: authority.subjectName,
    notBefore: new Date(now.getTime() + from * dayMs),
    notAfter: new Date(now.getTime() + until * dayMs),
    publicKey: crypto(own.publicKey, 'verify'),
    signingKey: crypto(signer.privateKey, 'sign'),
    signingAlgorithm: signing,
    extensions:
      domains.length === 0
        ? []
        : [new x509.SubjectAlternativeNameExtension(domains.map((value) => ({ type: 'dns', value })))],
  });
  return {
    certificate: `${certificate.toString('pem')}\n${authority.toString('pem')}\n`,
    authority: `${authority.toString('pem')}\n`,
    key: pkcs8(own.privateKey),
  };
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
