import { X509Certificate } from 'node:crypto';
import { MusterError } from '../../roles/model/errors.ts';

/** What the agent asks of its certificate now and then; needs no X.509 library, so that the agent stays small. */

const dayMs = 86_400_000;

/** A month to notice that renewal fails. */
const renewalDays = 30;

/** How many whole days a certificate is still good; negative once it has ended. Throws `state-unreadable`. */
export function daysLeft(certificatePem: string, now: Date): number {
  return Math.floor((Date.parse(read(certificatePem).validTo) - now.getTime()) / dayMs);
}

/** Whether a certificate ends within 30 days, has ended, or begins only later: a clock was ahead when it was issued. */
export function renewalDue(certificatePem: string, now: Date): boolean {
  const begins = Date.parse(read(certificatePem).validFrom);
  return daysLeft(certificatePem, now) < renewalDays || begins > now.getTime();
}

function read(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new MusterError('state-unreadable', {
      what: 'a certificate cannot be read',
      why: 'it is not PEM, or was damaged',
      next: './install.sh, again: it makes whole what is missing',
      cause,
    });
  }
}
