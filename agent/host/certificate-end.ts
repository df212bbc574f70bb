import { X509Certificate } from 'node:crypto';
import { MusterError } from '../../roles/model/errors.ts';

/** What the agent asks of its certificate now and then; needs no X.509 library, so that the agent stays small. */

const dayMs = 86_400_000;

/** A month to notice that renewal fails. */
const renewalDays = 30;

/** How many whole days a certificate is still good; negative once it has ended. Throws `state-unreadable`. */
export function daysLeft(certificatePem: string, now: Date): number {
  return Math.floor((Date.parse(endOf(certificatePem)) - now.getTime()) / dayMs);
}

/** Whether a certificate ends within 30 days, or has ended. */
export function renewalDue(certificatePem: string, now: Date): boolean {
  return daysLeft(certificatePem, now) < renewalDays;
}

function endOf(pem: string): string {
  try {
    return new X509Certificate(pem).validTo;
  } catch (cause) {
    throw new MusterError('state-unreadable', {
      what: 'a certificate cannot be read',
      why: 'it is not PEM, or was damaged',
      next: './install.sh, again: it makes whole what is missing',
      cause,
    });
  }
}
