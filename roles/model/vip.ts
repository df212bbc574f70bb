import type { Hardware } from './hardware.ts';
import { sameNetwork } from './ipv4.ts';
import type { NodeId } from './node.ts';
import { ClusterSettings } from './settings.ts';
import type { NodeView, View } from './view.ts';

/** An address that users call and balancers share. */
export interface Vip {
  readonly address: string;
  /** As the operator wrote it; without, the address is set alone (/32) and adds no route. */
  readonly prefix?: number;
}

/** A node that may hold a shared address. */
export interface VipMember {
  readonly node: NodeId;
  readonly ordinal: number;
  /** Where the others of the group reach it. */
  readonly address: string;
  /** The interface that the shared address is set on; undefined while its hardware is not known. */
  readonly interface?: string;
}

/** The shared addresses that the settings name; none where nobody wished for one. */
export function vipsOf(view: Pick<View, 'settings'>): readonly Vip[] {
  const { vip } = ClusterSettings.parse(view.settings['cluster'] ?? {});
  const texts = vip === null ? [] : typeof vip === 'string' ? [vip] : vip;
  return texts.map((text) => {
    const [address = '', prefix] = text.split('/');
    return prefix === undefined ? { address } : { address, prefix: Number(prefix) };
  });
}

/** The interface of a node that lies in the network of a shared address, and the node's own address on it. */
export function interfaceFor(node: NodeView, vip: Vip): Hardware['interfaces'][number] | undefined {
  const own = node.facts?.hardware.interfaces.filter(({ address }) => address !== vip.address) ?? [];
  const near = own.filter(
    ({ address, prefix }) =>
      sameNetwork(address, vip.address, prefix) ||
      (vip.prefix !== undefined && sameNetwork(address, vip.address, vip.prefix)),
  );
  return near.find(({ address }) => address === node.record.address) ?? near[0];
}

/**
 * Who may hold a shared address, in order of their ordinals: every balancer under systemd with an interface in its
 * network. It hangs on decisions and not on verdicts: who is silent for a while stays in the group, so that it hears
 * the others when it is back. So does who was once in it and has not left yet.
 */
export function vipGroup(view: View, vip: Vip): readonly VipMember[] {
  return view.nodes.flatMap((node): VipMember[] => {
    const { id, ordinal, address } = node.record;
    const found = interfaceFor(node, vip);
    const inForce = node.facts?.applied.balancer ?? '';
    if (!node.roles.includes('balancer') && inForce === '') return [];
    const known = node.facts !== undefined;
    const able = found !== undefined && node.facts?.hardware.init === 'systemd';
    if (known && !able && !inForce.split(' ').includes(address)) return [];
    return [
      {
        node: id,
        ordinal,
        address: found?.address ?? address,
        ...(found === undefined ? {} : { interface: found.name }),
      },
    ];
  });
}
