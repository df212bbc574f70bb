import { encodeHeartbeat } from '../../agent/cluster/heartbeat.ts';
import { type ClusterMark, type Envelope, headingOf, type Request } from '../../agent/cluster/messages.ts';
import type { Sign } from '../../agent/cluster/signing.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { simCluster, simIdentity, tombstoneOf } from './sim-identity.ts';
import type { SimNode } from './sim-node.ts';
import type { Overheard } from './sim-transport.ts';

/** A machine of another cluster: its keys are in order, and nobody here has admitted it. */
const stranger = simIdentity(99);
const otherCluster = { id: 'canothercluster', generation: 1 };
/** Above whatever a node of the simulation has said by itself. */
const far = { epoch: 2 ** 40, sequence: 1_000_000 };

/**
 * What a machine says that stands at the address of `posed` now: under its own name and under that one's, with its own
 * keys and with words of another cluster. Nobody should listen to any of it.
 */
export function strangersWords(posed: SimNode): readonly Overheard[] {
  const [own, theirs] = [stranger.member.id, posed.id];
  const member = simIdentity(posed.ordinal).sign;
  // As if it came next in the life that is known.
  const next = { epoch: posed.life.epoch, sequence: far.sequence };
  const says = (author: NodeId, cluster: ClusterMark, sign: Sign): Overheard => ({
    from: theirs,
    kind: 'broadcast',
    bytes: sealed({ ...headingOf(cluster), ...next, author, word: { kind: 'goodbye' } }, sign),
  });
  return [
    says(own, otherCluster, stranger.sign),
    says(own, simCluster, stranger.sign),
    says(theirs, simCluster, stranger.sign),
    says(theirs, otherCluster, member),
    { from: own, kind: 'datagram', bytes: encodeHeartbeat(farBeat) },
  ];
}

/** What it asks, over a connection that vouches for a member: for all that is known, and to be believed. */
export function strangersRequests(posed: SimNode): readonly Uint8Array[] {
  const record = (node: NodeId): Extract<Request, { kind: 'delivery' }>['records'][number] => ({
    node,
    ...far,
    text: JSON.stringify({ node }),
    signature: Buffer.from(stranger.sign(Buffer.from(node))).toString('base64url'),
  });
  const records = [record(stranger.member.id), record(posed.id)];
  const tombstones = [{ ...tombstoneOf(posed.id), seal: 'mine' }];
  const requests: Request[] = [
    { ...headingOf(otherCluster), kind: 'exchange', digest: {}, tombstones: [], decisions: null },
    { ...headingOf(simCluster), kind: 'delivery', records, tombstones },
  ];
  return requests.map((request) => Buffer.from(JSON.stringify(request)));
}

const farBeat = { ...far, incarnation: 0, said: 0, echo: 1, asks: true, lagging: false, ready: [], mark: 1 };

function sealed(envelope: Envelope, sign: Sign): Uint8Array {
  const text = Buffer.from(JSON.stringify(envelope));
  return Buffer.concat([sign(text), text]);
}
