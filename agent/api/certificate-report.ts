import { hasApplied } from '../../roles/model/applied.ts';
import { certificateRevision } from '../../roles/model/certificate.ts';
import { carriersOf, type View } from '../../roles/model/view.ts';
import { type CertificatesReport, schemaVersion } from './contract.ts';

type Line = CertificatesReport['certificates'][number];

/** What `muster cert ls` says, derived from one view. */
export function certificateReport(view: View): CertificatesReport {
  const { certificates = {}, orders = {} } = view;
  const names = [...new Set([...Object.keys(certificates), ...Object.keys(orders)])].sort();
  return { schemaVersion, certificates: names.flatMap((name) => lineOf(view, name)) };
}

function lineOf(view: View, name: string): Line[] {
  const certificate = view.certificates?.[name];
  const order = view.orders?.[name];
  const asked = certificate ?? order;
  if (asked === undefined) return [];
  const { domains, requestedBy } = asked;
  const inUse =
    certificate === undefined ? {} : { issuer: certificate.issuer, notAfter: certificate.notAfter };
  return [
    {
      name,
      domains,
      requestedBy,
      source: certificate?.source ?? 'acme',
      ...inUse,
      shownBy: shownBy(view, name),
      ...(order === undefined ? {} : { obtaining: obtaining(order) }),
    },
  ];
}

function obtaining({ failures, nextTryAt, trouble }: NonNullable<View['orders']>[string]): Line['obtaining'] {
  return { failures, nextTryAt, ...(trouble === undefined ? {} : { trouble }) };
}

/** As the balancers tell it of themselves. */
function shownBy(view: View, name: string): string[] {
  const certificate = view.certificates?.[name];
  if (certificate === undefined) return [];
  const revision = certificateRevision(name, certificate);
  return carriersOf(view, 'balancer')
    .filter((node) => hasApplied(node, 'balancer', revision))
    .map(({ record }) => record.name);
}
