import { X509Certificate } from 'node:crypto';

const dayMs = 86_400_000;

/** Days until a certificate ends; negative when it has. Needs no X.509 library, so that the agent stays small. */
export function daysLeft(certificatePem: string, now: Date): number {
  return (Date.parse(new X509Certificate(certificatePem).validTo) - now.getTime()) / dayMs;
}
