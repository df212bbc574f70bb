import { MusterError } from '../../roles/model/errors.ts';
import { broadcastOf, unfitForMachine } from '../../roles/model/ipv4.ts';
import { listen } from '../../roles/model/listen.ts';
import { selfOf, type View } from '../../roles/model/view.ts';
import { schemaVersion } from '../api/contract.ts';
import type { RejoinReport } from '../api/contract-rejoin.ts';
import type { Membership } from '../cluster/membership-parts.ts';
import type { Journal } from '../reconcile/journal.ts';

export interface RejoinParts {
  readonly view: () => View | undefined;
  readonly gossip: { membership(): Pick<Membership, 'greet'> | undefined };
  readonly journal: Pick<Journal, 'tell'>;
}

/**
 * Looks for the others at an address that the operator knows, where no beacon reaches them. Throws `request-invalid` for
 * one where none of them can be, and `peer-unreachable` where none answers.
 */
export async function rejoin({ view, gossip, journal }: RejoinParts, address: string): Promise<RejoinReport> {
  const [now, membership] = [view(), gossip.membership()];
  if (now === undefined || membership === undefined) throw silent();
  if (now.nodes.length < 2) throw alone();
  const why = whyNot(now, address);
  if (why !== undefined) throw refused(address, why);
  const id = await membership.greet(address);
  const record = now.nodes.map((node) => node.record).find((one) => one.id === id);
  if (record === undefined) throw nobody(address);
  const sentence = `${record.name} answers from ${address}; it is looked for there from now on, and tells where the others are`;
  await journal.tell({ kind: 'info', role: 'node', sentence });
  return { schemaVersion, node: { id: record.id, name: record.name, address }, sentence };
}

/** Why none of the others can be at an address; undefined where one can. */
export function whyNot(view: View, address: string): string | undefined {
  const self = selfOf(view);
  const interfaces = self.facts?.hardware.interfaces ?? [];
  if ([self.record, ...interfaces].some((own) => own.address === address)) {
    return 'this machine itself has that address: name one of another node';
  }
  if (interfaces.some((own) => broadcastOf(own.address, own.prefix) === address)) {
    return 'it is the address of all machines of a network, and these are called already';
  }
  return unfitForMachine(address);
}

function refused(address: string, why: string): MusterError {
  return new MusterError('request-invalid', {
    what: `no other node can be found at ${address}`,
    why,
    next: 'muster node ls on another node: * marks its own address',
  });
}

function alone(): MusterError {
  return new MusterError('request-invalid', {
    what: 'there is nobody to be found: this cluster has no other node',
    why: 'it was set up here, and no machine has joined it since',
    next: 'muster token create, for a line that lets one join',
  });
}

function nobody(address: string): MusterError {
  return new MusterError('peer-unreachable', {
    what: `no node of this cluster answers from ${address}`,
    why: `the machine is off or elsewhere, its agent does not run, it is of another cluster, or something on the way closes ${String(listen.gossip)}/udp`,
    next: 'muster status on that machine: it has its address; then muster rejoin again',
  });
}

function silent(): MusterError {
  return new MusterError('peer-unreachable', {
    what: 'this node does not talk with others yet',
    why: 'its agent has just started, or cannot listen',
    next: 'muster events; then muster rejoin again',
  });
}
