import type { NodeStatus } from '../../../agent/api/contract.ts';
import { type Column, table } from './table.ts';
import { oneLine, type Paint } from './text.ts';

interface NodeColumn extends Column {
  readonly cell: (node: NodeStatus, paint: Paint) => string;
}

const stateStyles = { ready: 'green', starting: 'yellow', failing: 'red' } as const;

const name: NodeColumn = {
  title: 'NODE',
  cell: ({ name, self }) => (self ? `${oneLine(name)} *` : oneLine(name)),
};
const id: NodeColumn = { title: 'ID', cell: ({ id }) => id };
const address: NodeColumn = {
  title: 'ADDRESS',
  cell: ({ address, holds = [] }) => [address, ...holds].join(' + '),
};
const state: NodeColumn = { title: 'STATE', cell: stateOf };
const roles: NodeColumn = {
  title: 'ROLES',
  cell: ({ roles }, paint) =>
    roles.map(({ role, state }) => paint(stateStyles[state], role)).join(', ') || '-',
};
const health: NodeColumn = {
  title: 'ROLES',
  cell: ({ roles }, paint) =>
    roles.map(({ role, state }) => `${role} ${paint(stateStyles[state], state)}`).join(', ') || '-',
};
const measures: readonly NodeColumn[] = [
  { title: 'CORES', right: true, cell: ({ cores }) => (cores === undefined ? '-' : String(cores)) },
  { title: 'MEMORY', right: true, cell: ({ memoryMiB }) => (memoryMiB === undefined ? '-' : gib(memoryMiB)) },
  { title: 'LOAD', right: true, cell: ({ load }) => (load === undefined ? '-' : load.toFixed(2)) },
];

/** How the nodes fare. */
export const healthColumns: readonly NodeColumn[] = [name, address, state, health, ...measures];

/** Who the nodes are. */
export const identityColumns: readonly NodeColumn[] = [name, id, address, state, roles, ...measures];

/** Lines of a table of nodes, titles first. */
export function nodeTable(
  columns: readonly NodeColumn[],
  nodes: readonly NodeStatus[],
  paint: Paint,
): string[] {
  const [titles = '', ...rows] = table(
    columns,
    nodes.map((node) => columns.map(({ cell }) => cell(node, paint))),
  );
  return [paint('dim', titles), ...rows];
}

/** What the others think of a node, and whether it is drained. */
export function stateOf({ verdict, drained }: NodeStatus, paint: Paint): string {
  const word = paint(verdict === 'alive' ? 'green' : 'red', verdict);
  return drained ? `${word}, ${paint('yellow', 'drained')}` : word;
}

/** An amount of memory or disk. */
export function gib(mib: number): string {
  return `${(mib / 1024).toFixed(1)} GiB`;
}
