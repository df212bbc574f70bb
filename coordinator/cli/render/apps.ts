import type { ApplicationRow, ApplicationsReport } from '../../../agent/api/contract-apps.ts';
import { table } from './table.ts';
import { oneLine, type Paint } from './text.ts';
import { ago } from './time.ts';

/** Sizes as people say them. */
export function megabytes(bytes: number): string {
  if (bytes < 1024 * 1024) return `${String(Math.max(1, Math.round(bytes / 1024)))} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** One line for each. */
export function renderApplications({ applications }: ApplicationsReport, paint: Paint): string {
  if (applications.length === 0) {
    return 'There is no application. To make one: muster app create NAME --domain DOMAIN\n';
  }
  const columns = [
    { title: 'APPLICATION' },
    { title: 'SERVES' },
    { title: 'ON ITS WAY' },
    { title: 'DOMAINS' },
  ];
  const rows = applications.map((one) => [
    one.name,
    one.current ?? '-',
    one.next === undefined ? '-' : `${one.next.release} (${one.next.phase})`,
    one.domains.join(', '),
  ]);
  const [titles = '', ...lines] = table(columns, rows);
  return `${[paint('dim', titles), ...lines].join('\n')}\n`;
}

/** All that is known of one. */
export function renderApplication(application: ApplicationRow, now: Date, paint: Paint): string {
  const { name, domains, current, next, failed, variables, runner, nodes } = application;
  const facts = [
    ['application', name],
    ['domains', domains.join(', ')],
    ['serves', current ?? 'nothing yet'],
    ...(next === undefined
      ? []
      : [
          ['on its way', `${next.release}: ${next.phase}, waits for ${next.waitsFor.join(', ') || 'nobody'}`],
        ]),
    ...(failed === undefined
      ? []
      : [['came to nothing', `${failed.release}, ${ago(new Date(failed.at), now)}: ${oneLine(failed.why)}`]]),
    ['variables', variables.join(', ') || '-'],
    ...(runner === undefined ? [] : [['cron, workers', runner]]),
    ['nodes', nodes.map((node) => `${oneLine(node.name)} ${node.serves ?? '-'}`).join(', ')],
  ];
  const lines = table([{ title: '' }, { title: '' }], facts).slice(1);
  return `${lines.join('\n')}\n\n${renderReleases(application.releases, now, paint)}`;
}

/** The kept releases, newest first. */
export function renderReleases(releases: ApplicationRow['releases'], now: Date, paint: Paint): string {
  if (releases.length === 0) return 'Nothing was deployed yet.\n';
  const columns = [
    { title: 'RELEASE' },
    { title: 'STATE' },
    { title: 'DEPLOYED' },
    { title: 'KIND' },
    { title: 'SIZE', right: true },
    { title: 'SHA-256' },
  ];
  const rows = releases
    .toReversed()
    .map(({ id, state, at, kind, bytes, sha256 }) => [
      id,
      state === 'current' ? paint('green', state) : state,
      ago(new Date(at), now),
      kind,
      megabytes(bytes),
      sha256.slice(0, 12),
    ]);
  const [titles = '', ...lines] = table(columns, rows);
  return `${[paint('dim', titles), ...lines].join('\n')}\n`;
}
