import type { CertificatesReport } from '../../../agent/api/contract.ts';
import { table } from './table.ts';
import { oneLine, type Paint } from './text.ts';
import { beforeOrAfter } from './time.ts';

type Line = CertificatesReport['certificates'][number];

/** The certificates, one a line, and under each what is under way for it. */
export function renderCertificates({ certificates }: CertificatesReport, now: Date, paint: Paint): string {
  if (certificates.length === 0) {
    return 'There is no certificate, so the site is served by http alone. To change that: muster cert request\n';
  }
  const columns = ['CERTIFICATE', 'DOMAINS', 'ISSUER', 'ENDS', 'FROM', 'SHOWN BY'];
  const [titles = '', ...lines] = table(
    columns.map((title) => ({ title })),
    certificates.map((line) => cells(line, now)),
  );
  const all = lines.flatMap((line, index) => [line].concat(underWay(certificates[index], now, paint)));
  return `${[paint('dim', titles), ...all].join('\n')}\n`;
}

function cells({ name, domains, issuer, notAfter, source, requestedBy, shownBy }: Line, now: Date): string[] {
  const from = source === 'own' ? 'own' : `acme, ${oneLine(requestedBy)}`;
  const ends = notAfter === undefined ? '-' : beforeOrAfter(new Date(notAfter), now);
  return [name, domains.join(', '), oneLine(issuer ?? '-'), ends, from, shownBy.join(', ') || '-'];
}

function underWay(line: Line | undefined, now: Date, paint: Paint): string[] {
  if (line?.obtaining === undefined) return [];
  const { failures, nextTryAt, trouble } = line.obtaining;
  if (failures === 0) return [`  ${paint('dim', 'is being obtained')}`];
  const next = beforeOrAfter(new Date(nextTryAt), now);
  return [
    `  ${paint('yellow', `could not be obtained: ${oneLine(trouble ?? 'no reason given')}`)}`,
    `  ${paint('dim', `next try ${next}, or at once: muster cert renew ${line.name}`)}`,
  ];
}
