import type { Facts, Health } from '../../roles/model/facts.ts';
import type { Hardware } from '../../roles/model/hardware.ts';
import type { NodeRecord } from '../../roles/model/node.ts';
import type { NodeView, View } from '../../roles/model/view.ts';

/** A small server: one core, 2 GiB. */
export const smallHardware: Hardware = {
  cores: 1,
  memoryMiB: 2048,
  limited: false,
  cpuModel: 'Model 1',
  architecture: 'x86_64',
  disk: { kind: 'ssd', sizeMiB: 20_480, freeMiB: 10_240 },
  networkMbit: 1000,
  address: '10.77.0.11',
  interfaces: [],
  openFiles: 524_288,
  virtual: true,
  init: 'systemd',
  nfs: { serves: false, mounts: false },
  release: { id: 'debian', version: '12', name: 'Debian 12' },
};

export const ready: Health = { state: 'ready', reason: 'it answers' };
export const starting: Health = { state: 'starting', reason: 'it is being set up' };

/** The record of the n-th node: b1 at 10.77.0.11 and so on. */
export function recordOf(ordinal: number): NodeRecord {
  const index = ordinal - 1;
  const letter = String.fromCharCode('a'.charCodeAt(0) + (index % 26));
  const lap = Math.floor(index / 26);
  const digits = lap === 0 ? letter.repeat(2) : `${2 + (lap % 6)}${2 + Math.floor(lap / 6)}`;
  return {
    id: `n${`${letter}${digits}`.repeat(4)}`,
    name: `b${ordinal}`,
    ordinal,
    address: `10.77.${Math.floor((10 + ordinal) / 256)}.${(10 + ordinal) % 256}`,
  };
}

export interface NodeSketch {
  readonly ordinal: number;
  readonly roles?: NodeView['roles'];
  readonly verdict?: NodeView['verdict'];
  readonly applied?: Facts['applied'];
  readonly drained?: boolean;
  readonly hardware?: Partial<Hardware>;
  readonly health?: Facts['health'];
  readonly details?: NonNullable<Facts['details']>;
  /** True for a node of which nothing was heard yet. */
  readonly silent?: boolean;
}

export function nodeOf(sketch: NodeSketch): NodeView {
  const record = recordOf(sketch.ordinal);
  const facts: Facts = {
    node: record.id,
    sequence: 1,
    hardware: { ...smallHardware, address: record.address, ...sketch.hardware },
    load: 0.1,
    health: sketch.health ?? {},
    applied: sketch.applied ?? {},
    versions: { haproxy: '2.6.12' },
    ...(sketch.details === undefined ? {} : { details: sketch.details }),
  };
  return {
    record: sketch.drained === true ? { ...record, drained: true } : record,
    roles: sketch.roles ?? ['balancer', 'web'],
    verdict: sketch.verdict ?? 'alive',
    ...(sketch.silent === true ? {} : { facts }),
  };
}

/** A view from the first of the sketched nodes. */
export function viewOf(...sketches: readonly NodeSketch[]): View {
  const nodes = sketches.map(nodeOf);
  return {
    self: nodes[0]?.record.id ?? '',
    cluster: { id: 'c1', name: 'muster', generation: 1 },
    revision: 7,
    settings: {},
    nodes,
  };
}
