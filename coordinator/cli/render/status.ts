import type { NodeStatus, StatusReport } from '../../../agent/api/contract.ts';
import { healthColumns, nodeTable } from './nodes.ts';
import { oneLine, type Paint } from './text.ts';

const levelStyles = { ok: 'green', degraded: 'yellow', critical: 'red' } as const;

/** The verdict, the risks, one table: at most 24 lines for five nodes. */
export function renderStatus(report: StatusReport, paint: Paint): string {
  const { verdict, cluster, version, urls } = report;
  const header = [`cluster ${oneLine(cluster.name)}`, `version ${oneLine(version)}`, ...urls];
  const lines = [
    paint(['bold', levelStyles[verdict.level]], oneLine(verdict.sentence)),
    paint('dim', header.join(', ')),
    ...renderRisks(report, paint),
    '',
    ...renderNodes(report.nodes, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function renderRisks({ risks }: StatusReport, paint: Paint): string[] {
  const lines = risks.flatMap(({ sentence, next }) => [
    `${paint('yellow', '!')} ${oneLine(sentence)}`,
    `  ${paint('dim', `next: ${oneLine(next)}`)}`,
  ]);
  return lines.length === 0 ? [] : ['', ...lines];
}

function renderNodes(nodes: readonly NodeStatus[], paint: Paint): string[] {
  const [titles = '', ...rows] = nodeTable(healthColumns, nodes, paint);
  return [
    titles,
    ...rows.flatMap((row, index) => {
      const trouble = nodes[index]?.roles.find(({ state }) => state !== 'ready');
      return trouble === undefined ? [row] : [row, `    ${trouble.role}: ${oneLine(trouble.reason)}`];
    }),
  ];
}
