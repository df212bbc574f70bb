import { lines, ownedBy } from '../model/text.ts';

/** Where HAProxy's unit and the agent say whether this node may hold a shared address: 0 yes, 1 no. */
const directory = '/var/lib/muster/vrrp';
/** Written by haproxy.service as it starts and ends. */
export const haproxyTrack = `${directory}/haproxy`;
/** Written by the agent. */
export const drainTrack = `${directory}/drain`;

/** One shared address, as this node takes part in it. */
export interface Instance {
  readonly address: string;
  readonly prefix?: number;
  readonly interface: string;
  readonly router: number;
  readonly priority: number;
  /** This node's own address on that interface, and those of the others. */
  readonly source: string;
  readonly peers: readonly string[];
}

/**
 * Adverts per second: 5. A dead holder is replaced after three of them and a skew, 0.62 to 0.8 s; twice as many would
 * make a virtual machine that stands still for 0.3 s lose the address.
 */
const advertSeconds = 0.2;

/**
 * Whom a lone balancer writes to. Without any peer keepalived falls back to multicast, and the change from there to
 * unicast, when a second balancer comes, takes the address off for 0.7 s (2.2.7).
 */
const nobody = '127.0.0.1';

/** keepalived.conf, whole. */
export function keepalivedConfig(name: string, instances: readonly Instance[]): string {
  return lines(
    ownedBy('balancer'),
    '',
    globals(name),
    '',
    track('haproxy', haproxyTrack),
    '',
    track('drain', drainTrack),
    ...instances.flatMap((one) => ['', instance(one, instances.length)]),
  );
}

function globals(name: string): string[] {
  return [
    'global_defs {',
    `  router_id ${name}`,
    '  vrrp_version 3',
    // No scripts are run; should one ever be, then not one that others may write.
    '  script_user root',
    '  enable_script_security',
    '  dynamic_interfaces',
    // A busy machine must not be taken for a dead one, nor take another for dead. No real-time priority: after a reload
    // keepalived 2.2.7 fails to set its limit and is killed by the kernel, and the address goes.
    '  vrrp_priority -20',
    '  vrrp_no_swap',
    // Switches and neighbours learn the new holder, also those that missed it the first time, and after two masters.
    '  vrrp_garp_master_delay 5',
    '  vrrp_garp_master_repeat 5',
    '  vrrp_garp_master_refresh 60',
    '  vrrp_garp_lower_prio_repeat 1',
    '  vrrp_higher_prio_send_advert true',
    '}',
  ];
}

/** Weight 0: anything but 0 in the file is a fault, and gives the address up whatever the priorities. */
function track(name: string, path: string): string[] {
  return [`track_file ${name} {`, `  file ${path}`, '  weight 0', '  init_file 0', '}'];
}

function instance(one: Instance, count: number): string[] {
  return [
    `vrrp_instance vip_${one.address.replaceAll('.', '_')} {`,
    '  state BACKUP',
    `  interface ${one.interface}`,
    `  virtual_router_id ${one.router}`,
    `  priority ${one.priority}`,
    `  advert_int ${advertSeconds}`,
    // One address stays where it is. Two go back to a balancer each, or one would carry both for ever.
    count === 1 ? '  nopreempt' : '  preempt_delay 60',
    ...to(one),
    '  track_file {',
    '    haproxy',
    '    drain',
    '  }',
    '  virtual_ipaddress {',
    `    ${one.address}${one.prefix === undefined ? '' : `/${one.prefix}`}`,
    '  }',
    '}',
  ];
}

function to({ source, peers }: Instance): string[] {
  return [
    `  unicast_src_ip ${source}`,
    '  unicast_peer {',
    ...(peers.length > 0 ? peers : [nobody]).map((address) => `    ${address}`),
    '  }',
  ];
}

/** The addresses of a group as a text of ours names them, in order. */
export function groupIn(text: string): readonly string[] {
  const own = [...text.matchAll(/^ {2}unicast_src_ip (\S+)$/gm)];
  const peers = [...text.matchAll(/^ {2}unicast_peer \{\n((?: {4}\S+\n)*)/gm)];
  const all = [
    ...own.map(([, address]) => address ?? ''),
    ...peers.flatMap(([, block]) => (block ?? '').trim().split(/\s+/)),
  ];
  return [...new Set(all)].filter((address) => address !== nobody).sort();
}
