import { selfOf, type View } from '../model/view.ts';
import { type Vip, type VipMember, vipGroup, vipsOf } from '../model/vip.ts';
import type { Instance } from './vrrp.ts';

/** Between two ranks of a group, so that their skews are 16 ms apart and not two take over at once. */
const highest = 200;
const step = 20;

/**
 * With two shared addresses, the rank of the first four for each: either of the first two is replaced by a balancer
 * that stands by, never by the other, which has its own to carry.
 */
const pairs = [
  [0, 3, 1, 2],
  [3, 0, 2, 1],
] as const;

/** The shared addresses that this node takes part in; none where it cannot. */
export function instancesOf(view: View): readonly Instance[] {
  const vips = vipsOf(view);
  const routers = routersOf(vips);
  return vips.flatMap((vip, index) => {
    const group = vipGroup(view, vip);
    const self = group.find(({ node }) => node === view.self);
    if (self?.interface === undefined || selfOf(view).facts?.hardware.init !== 'systemd') return [];
    const rank = rankOf(group.indexOf(self), index, vips.length);
    return [
      {
        ...vip,
        interface: self.interface,
        router: routers[index] ?? 1,
        priority: Math.max(step, highest - step * rank),
        source: self.address,
        peers: group.filter((member) => member !== self).map(({ address }) => address),
      },
    ];
  });
}

function rankOf(position: number, vip: number, vips: number): number {
  return (vips === 2 ? pairs[vip]?.[position] : undefined) ?? position;
}

/** A group is told from others on the wire by the last byte of its address, 1 to 255, never twice. */
function routersOf(vips: readonly Vip[]): number[] {
  const routers: number[] = [];
  for (const { address } of vips) {
    const byte = Number(address.split('.')[3]) || 255;
    routers.push(routers.includes(byte) ? (byte % 255) + 1 : byte);
  }
  return routers;
}

/** The others of all groups that this node is in, once each. */
export function othersOf(view: View): readonly VipMember[] {
  const all = vipsOf(view).flatMap((vip) => vipGroup(view, vip));
  return all.filter(
    ({ node }, index) => node !== view.self && all.findIndex((member) => member.node === node) === index,
  );
}
