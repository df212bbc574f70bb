import type { NodeStatus, StatusReport } from '../../../agent/api/contract.ts';
import { type Column, table } from './table.ts';
import { oneLine, type Paint } from './text.ts';

const levelStyles = { ok: 'green', degraded: 'yellow', critical: 'red' } as const;
const stateStyles = { ready: 'green', starting: 'yellow', failing: 'red' } as const;

const columns: readonly Column[] = [
  { title: 'NODE' },
  { title: 'ADDRESS' },
  { title: 'STATE' },
  { title: 'ROLES' },
  { title: 'CORES', right: true },
  { title: 'MEMORY', right: true },
  { title: 'LOAD', right: true },
];

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
  const [titles = '', ...rows] = table(
    columns,
    nodes.map((node) => rowOf(node, paint)),
  );
  return [
    paint('dim', titles),
    ...rows.flatMap((row, index) => {
      const trouble = nodes[index]?.roles.find(({ state }) => state !== 'ready');
      return trouble === undefined ? [row] : [row, `    ${trouble.role}: ${oneLine(trouble.reason)}`];
    }),
  ];
}

function rowOf(node: NodeStatus, paint: Paint): string[] {
  const { name, self, address, verdict, roles, cores, memoryMiB, load } = node;
  return [
    self ? `${oneLine(name)} *` : oneLine(name),
    address,
    paint(verdict === 'alive' ? 'green' : 'red', verdict),
    roles.map(({ role, state }) => `${role} ${paint(stateStyles[state], state)}`).join(', ') || '-',
    cores === undefined ? '-' : String(cores),
    memoryMiB === undefined ? '-' : `${(memoryMiB / 1024).toFixed(1)} GiB`,
    load === undefined ? '-' : load.toFixed(2),
  ];
}
