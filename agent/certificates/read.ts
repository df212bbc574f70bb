import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { type Certificate, CertificateDomain } from '../../roles/model/certificate.ts';
import { MusterError } from '../../roles/model/errors.ts';

/** What an operator or an authority hands over: PEM texts. */
export interface PemPair {
  /** The certificate first, then who signed it, and so on. */
  readonly certificate: string;
  readonly key: string;
}

/** A pair that HAProxy can serve with. */
export interface ReadPair
  extends Pick<Certificate, 'domains' | 'chain' | 'notBefore' | 'notAfter' | 'issuer'> {
  /** PKCS #8 in PEM. */
  readonly key: string;
  /** What is well and worth knowing all the same. */
  readonly notes: readonly string[];
}

const certificatePem = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Below it OpenSSL refuses at Debian's security level, and HAProxy would not start. */
const fewestRsaBits = 2_048;

/** What all browsers take. */
const curves = new Map([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
]);

/**
 * Reads a certificate with its key and refuses what would not serve: a key of another certificate, a chain with a gap, a
 * time that is over, a name that no host can have. Throws `certificate-refused`; nothing has changed by then.
 */
export function readPair(pair: PemPair, now: Date): ReadPair {
  const certificates = (pair.certificate.match(certificatePem) ?? []).map(readCertificate);
  const [own, ...signers] = certificates;
  if (own === undefined) throw refused('there is no certificate in the text', 'it holds no block of PEM');
  const key = readKey(pair.key);
  if (!own.checkPrivateKey(key)) throw refused('the key is not that of the certificate', whoIs(own));
  requireStrength(key);
  requireTime(own, now, 'the certificate');
  for (const signer of signers) requireTime(signer, now, `the signer ${nameIn(signer.subject)}`);
  requireChain(certificates);
  requireDigest(certificates);
  return {
    domains: domainsOf(own),
    chain: certificates.map(String).join(''),
    notBefore: own.validFromDate.toISOString(),
    notAfter: own.validToDate.toISOString(),
    issuer: nameIn(own.issuer),
    key: String(key.export({ type: 'pkcs8', format: 'pem' })),
    notes: notesOn(certificates),
  };
}

function refused(what: string, why: string, next = certificateHelp, cause?: unknown): MusterError {
  return new MusterError('certificate-refused', { what, why: `${why}; nothing was changed`, next, cause });
}

const certificateHelp = 'openssl x509 -in FILE -noout -text, to see what a certificate says';

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw refused('a certificate cannot be read', 'a block of PEM is damaged', certificateHelp, cause);
  }
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    if (/ENCRYPTED/.test(pem)) {
      const next = 'openssl pkey -in FILE -out PLAIN, which asks for its password; then --key PLAIN';
      throw refused('the key is locked by a password', 'a balancer has nobody to ask', next, cause);
    }
    const next = 'openssl pkey -in FILE -noout -text, to see what is in it';
    throw refused('the key cannot be read', 'it is no private key in PEM', next, cause);
  }
}

function requireStrength({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): void {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'rsa' && modulusLength >= fewestRsaBits) return;
  if (asymmetricKeyType === 'ec' && curves.has(namedCurve)) return;
  const found = [asymmetricKeyType, namedCurve || modulusLength || ''].join(' ').trim();
  const taken = `RSA from ${fewestRsaBits} bits on, or ECDSA on ${[...curves.values()].join(' or ')}`;
  throw refused(`browsers do not take such a key: ${found}`, `they take ${taken}`);
}

function requireTime({ validFromDate, validToDate }: X509Certificate, now: Date, whose: string): void {
  if (validToDate <= now) throw refused(`${whose} ended at ${validToDate.toISOString()}`, 'its time is over');
  if (validFromDate > now)
    throw refused(
      `${whose} begins at ${validFromDate.toISOString()}`,
      'its time has not come, or this clock is slow',
    );
}

/** Each is signed by the next; a certificate that signs itself ends the chain. */
function requireChain(certificates: readonly X509Certificate[]): void {
  certificates.slice(1).forEach((signer, index) => {
    const signed = certificates[index];
    if (signed?.checkIssued(signer) === true && signed.verify(signer.publicKey)) return;
    throw refused(
      `the chain has a gap: ${nameIn(signer.subject)} did not sign ${nameIn(signed?.subject ?? '')}`,
      'each certificate of the file must be signed by the next, the server’s own first',
    );
  });
}

/** What is signed over SHA-1 is refused by OpenSSL too; a certificate that signs itself is believed for other reasons. */
function requireDigest(certificates: readonly X509Certificate[]): void {
  const weak = certificates.find(
    (one) => /sha1|md5/i.test(one.signatureAlgorithm ?? '') && !one.checkIssued(one),
  );
  if (weak === undefined) return;
  throw refused(
    `${nameIn(weak.subject)} is signed over ${weak.signatureAlgorithm ?? ''}`,
    'nobody believes that any more',
  );
}

function domainsOf(certificate: X509Certificate): string[] {
  const names = (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice('DNS:'.length).toLowerCase());
  const domains = [...new Set(names)].filter((name) => CertificateDomain.safeParse(name).success);
  if (domains.length > 0) return domains;
  const found = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  throw refused('the certificate speaks for no domain', `browsers look at its subjectAltName, and ${found}`);
}

function notesOn(certificates: readonly X509Certificate[]): string[] {
  const last = certificates.at(-1);
  if (last === undefined) return [];
  if (certificates.length === 1 && last.checkIssued(last)) return ['it signed itself, so browsers will warn'];
  const known = rootCertificates.some((pem) => {
    const root = new X509Certificate(pem);
    return root.fingerprint256 === last.fingerprint256 || last.checkIssued(root);
  });
  if (known) return [];
  return [`its chain ends at ${nameIn(last.issuer)}, which browsers do not know by themselves`];
}

/** The common name of a distinguished name, or all of it. */
function nameIn(distinguished: string): string {
  const lines = distinguished.split('\n');
  const common = lines.find((line) => line.startsWith('CN='))?.slice('CN='.length);
  return common ?? (lines.filter((line) => line !== '').join(', ') || 'nobody');
}

function whoIs({ subjectAltName, subject }: X509Certificate): string {
  return `the certificate is that of ${subjectAltName ?? nameIn(subject)}, made for another key`;
}
