import { madePair } from '../../support/made-certificates.ts';
import type { LabMachine } from './machine.ts';

/** A certificate and its key as files of a machine. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  /** PEM: whom to believe. */
  readonly authority: string;
}

/** Brings a certificate for a domain to a machine, good for so many days; a negative number is one that is over. */
export async function ownCertificate(
  machine: LabMachine,
  name: string,
  domain: string,
  days = 30,
): Promise<CertificateFiles> {
  const pair = await madePair({ domains: [domain], now: new Date(), from: -60, until: days });
  const files = { certificate: `/root/${name}.pem`, key: `/root/${name}.key` };
  await machine.writeFile(files.certificate, pair.certificate);
  await machine.writeFile(files.key, pair.key);
  return { ...files, authority: pair.authority };
}
