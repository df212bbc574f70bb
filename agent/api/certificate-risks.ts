import type { Certificate, CertificateOrder } from '../../roles/model/certificate.ts';
import type { View } from '../../roles/model/view.ts';
import type { Risk } from './contract.ts';

/** A certificate that is in use, or is being obtained, or both. */
interface Named {
  readonly name: string;
  readonly certificate: Certificate | undefined;
  readonly order: CertificateOrder | undefined;
}

const dayMs = 86_400_000;

/** Whoever has to bring the next one needs days to get it, and of a short-lived one not more than a third of its life. */
const ownNoticeDays = 30;
const ownNoticeShare = 1 / 3;
/** Renewal begins at a third: at a sixth it has failed for as long as there is still time. */
const acmeNoticeShare = 1 / 6;

/** What users of https would meet, worst first. */
export function certificateRisks({ certificates = {}, orders = {} }: View, now: Date): Risk[] {
  const names = [...new Set([...Object.keys(certificates), ...Object.keys(orders)])].sort();
  const all = names.map((name): Named => ({ name, certificate: certificates[name], order: orders[name] }));
  return [
    ...all.flatMap((one) => ended(one, now)),
    ...all.flatMap((one) => refused(one, now)),
    ...all.flatMap((one) => ending(one, now)),
  ];
}

function ended({ name, certificate }: Named, now: Date): Risk[] {
  if (certificate === undefined || daysLeft(certificate, now) > 0) return [];
  const end = certificate.notAfter.slice(0, 10);
  const sentence = `The certificate ${name} ended on ${end}: browsers turn users of ${certificate.domains.join(', ')} away.`;
  return [{ code: 'certificate-ended', sentence, next: nextFor(name, certificate) }];
}

/** What an authority refused, in its own words, and until when the one in use is good. */
function refused({ name, certificate, order }: Named, now: Date): Risk[] {
  if (order?.trouble === undefined || order.failures === 0) return [];
  const times = order.failures === 1 ? 'once' : `${String(order.failures)} times`;
  const again = `it is tried again at ${order.nextTryAt.slice(0, 16).replace('T', ' ')} UTC`;
  const left = certificate === undefined ? 0 : daysLeft(certificate, now);
  const still = left > 0 ? `; the one in use ends ${inDays(left)}` : '';
  const trouble = order.trouble.replace(/\.$/, '');
  const sentence = `The certificate ${name} could not be obtained, ${times} in a row: ${trouble}; ${again}${still}.`;
  return [{ code: 'certificate-refused', sentence, next: `muster cert renew ${name}, once that is mended` }];
}

/** One that fails to be renewed has said so already. */
function ending({ name, certificate, order }: Named, now: Date): Risk[] {
  if (certificate === undefined || (order?.failures ?? 0) > 0) return [];
  const left = daysLeft(certificate, now);
  if (left <= 0 || left >= noticeDays(certificate)) return [];
  const { source, domains } = certificate;
  const what = `The certificate ${name} of ${domains.join(', ')} ends ${inDays(left)}`;
  const sentence =
    source === 'own'
      ? `${what}, and the next one has to be brought.`
      : `${what}, and was not renewed by itself.`;
  return [{ code: 'certificate-ends', sentence, next: nextFor(name, certificate) }];
}

function nextFor(name: string, { source }: Certificate): string {
  if (source === 'acme') return `muster cert renew ${name}; muster cert ls`;
  return `muster cert set --name ${name} --certificate FULLCHAIN --key KEY`;
}

function noticeDays({ source, notBefore, notAfter }: Certificate): number {
  const lifetimeDays = (Date.parse(notAfter) - Date.parse(notBefore)) / dayMs;
  if (source === 'acme') return lifetimeDays * acmeNoticeShare;
  return Math.min(ownNoticeDays, lifetimeDays * ownNoticeShare);
}

function daysLeft({ notAfter }: Certificate, now: Date): number {
  return (Date.parse(notAfter) - now.getTime()) / dayMs;
}

function inDays(days: number): string {
  if (days < 1) return 'within a day';
  return Math.floor(days) === 1 ? 'in a day' : `in ${String(Math.floor(days))} days`;
}
