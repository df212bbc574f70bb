import type { NodeReport } from '../../../agent/api/contract.ts';
import type { RoleName } from '../../../roles/model/node.ts';
import { gib, stateOf } from './nodes.ts';
import { oneLine, type Paint } from './text.ts';
import { ago } from './time.ts';

/** The widest label below. */
const labelWidth = 8;

/** All that is known of one node: who it is, what it has, what it serves and why. */
export function renderNode(report: NodeReport, now: Date, paint: Paint): string {
  const { node, why } = report;
  const head = `${oneLine(node.name)} (${node.id}, ${node.address})`;
  const lines = [...identity(report, now, paint), ...hardware(report), ...versions(report)];
  const roles = node.roles.flatMap(({ role, state, reason }) => [
    `  ${paint('bold', role)}: ${oneLine(why[role] ?? unspoken(role))}`,
    `    ${state}: ${oneLine(reason)}`,
  ]);
  return `${[
    `${paint('bold', head)}${node.self ? ', the node that answers' : ''}`,
    ...lines.map(([label, text]) => `  ${paint('dim', label.padEnd(labelWidth))}  ${oneLine(text)}`),
    '',
    ...(roles.length === 0 ? ['  It carries no role.'] : roles),
  ].join('\n')}\n`;
}

function unspoken(role: RoleName): string {
  return role === 'node' ? 'every node carries it' : 'no reason was written down with the assignment';
}

type Line = readonly [label: string, text: string];

function identity({ node, ordinal, admittedAt }: NodeReport, now: Date, paint: Paint): Line[] {
  const since = admittedAt === undefined ? [] : [`${admittedAt} (${ago(new Date(admittedAt), now)})`];
  return [
    ['state', stateOf(node, paint)],
    ['ordinal', String(ordinal)],
    ...since.map((text): Line => ['admitted', text]),
  ];
}

function hardware({ hardware, node }: NodeReport): Line[] {
  if (hardware === undefined) return [['hardware', 'not known before its first word']];
  const { cores, memoryMiB, limited, disk, networkMbit, interfaces, release } = hardware;
  const network = networkMbit === null ? [] : [`${String(networkMbit)} Mbit/s`];
  const load = node.load === undefined ? [] : [node.load.toFixed(2)];
  return [
    [
      'hardware',
      [`${String(cores)} cores`, `${gib(memoryMiB)} memory${limited ? ' (limited)' : ''}`, ...network].join(
        ', ',
      ),
    ],
    ...load.map((text): Line => ['load', text]),
    ['disk', `${gib(disk.freeMiB)} of ${gib(disk.sizeMiB)} free, ${disk.kind}`],
    [
      'network',
      interfaces.map(({ name, address, prefix }) => `${name} ${address}/${String(prefix)}`).join(', ') || '-',
    ],
    ['system', `${release.id} ${release.version}, ${hardware.architecture}, ${hardware.cpuModel}`],
  ];
}

function versions({ versions }: NodeReport): Line[] {
  const all = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return all.length === 0 ? [] : [['packages', all.join(', ')]];
}
