import type { Facts, Health } from '../../roles/model/facts.ts';
import type { Hardware } from '../../roles/model/hardware.ts';
import type { RoleName } from '../../roles/model/node.ts';
import type { NodeView, View } from '../../roles/model/view.ts';

export const sampleHardware: Hardware = {
  cores: 2,
  memoryMiB: 2048,
  limited: false,
  cpuModel: 'sample',
  architecture: 'x86_64',
  disk: { kind: 'ssd', sizeMiB: 20_000, freeMiB: 10_000 },
  networkMbit: 1000,
  address: '10.77.0.11',
  interfaces: [],
  openFiles: 524_288,
  virtual: true,
  init: 'systemd',
  nfs: { serves: false, mounts: false },
  release: { id: 'debian', version: '12', name: 'bookworm' },
};

const ready: Health = { state: 'ready', reason: 'answers' };

export interface NodeParts {
  readonly verdict?: NodeView['verdict'];
  readonly roles?: NodeView['roles'];
  readonly health?: Partial<Record<RoleName, Health>>;
  readonly hardware?: Partial<Hardware>;
  readonly drained?: boolean;
  /** True for a node that has not said a word yet. */
  readonly applied?: Facts['applied'];
  readonly silent?: boolean;
}

/** The Kth node, named bK; carries balancer and web, all ready, unless told otherwise. */
export function nodeView(ordinal: number, parts: NodeParts = {}): NodeView {
  const { verdict = 'alive', roles = ['balancer', 'web'], silent = false } = parts;
  const id = `n${'abcdefgh'.charAt(ordinal - 1).repeat(12)}`;
  const place = { id, name: `b${String(ordinal)}`, ordinal, address: `10.77.0.${String(10 + ordinal)}` };
  const record = parts.drained === true ? { ...place, drained: true } : place;
  if (silent) return { record, roles, verdict };
  const health = { ...Object.fromEntries(roles.map((role) => [role, ready])), ...parts.health };
  const hardware = { ...sampleHardware, ...parts.hardware };
  const facts: Facts = {
    node: id,
    sequence: 1,
    hardware,
    load: 0.123,
    health,
    applied: { ...parts.applied },
    versions: {},
  };
  return { record, roles, verdict, facts };
}

export function viewOfNodes(nodes: readonly NodeView[], settings: View['settings'] = {}): View {
  const self = nodes[0]?.record.id ?? '';
  return { self, cluster: { id: 'c1', name: 'muster', generation: 1 }, revision: 7, nodes, settings };
}

/** A healthy cluster of one. */
export function lonelyView(parts: NodeParts = {}): View {
  return viewOfNodes([nodeView(1, parts)]);
}
