import * as z from 'zod';
import { PublicKey } from '../../roles/model/admission.ts';
import { encodedBytes } from '../../roles/model/encoded.ts';
import { Hardware } from '../../roles/model/hardware.ts';
import { ClusterId } from '../../roles/model/identifiers.ts';
import { NodeRecord } from '../../roles/model/node.ts';
import { TokenId, TokenSecret } from '../../roles/model/token.ts';

/** A P-256 key in PEM is 178 characters. */
const mostPemCharacters = 1_000;

/** The body of `POST /v1/join`: what a machine asks with. Whoever sends it holds a token, and no certificate yet. */
export const JoinRequest = z.strictObject({
  clusterId: ClusterId,
  tokenId: TokenId,
  secret: TokenSecret,
  /** What it would like to be called. */
  name: NodeRecord.shape.name,
  address: NodeRecord.shape.address,
  gossipKey: PublicKey,
  datagramKey: PublicKey,
  /** The key its certificate is to be for: P-256, SPKI in PEM. The private part never leaves the machine. */
  certificateKeyPem: z.string().max(mostPemCharacters),
  release: Hardware.shape.release,
  architecture: Hardware.shape.architecture,
  /** Of all the above but the secret, by the gossip key (Ed25519): nobody asks in the name of another's key. */
  signature: encodedBytes(64),
});
export type JoinRequest = z.infer<typeof JoinRequest>;

/** What is signed of a request, in this order. */
export function joinText(request: Omit<JoinRequest, 'signature' | 'secret'>): string {
  const { clusterId, tokenId, name, address, gossipKey, datagramKey, certificateKeyPem } = request;
  const { id, version } = request.release;
  const who = { clusterId, tokenId, name, address, gossipKey, datagramKey, certificateKeyPem };
  const what = { release: { id, version, name: request.release.name }, architecture: request.architecture };
  return `muster join 1\n${JSON.stringify({ ...who, ...what })}`;
}

const Snapshot = z.strictObject({
  revision: z.int().nonnegative(),
  entries: z.record(z.string(), z.strictObject({ value: z.string(), modRevision: z.int().nonnegative() })),
});

/** The answer to `POST /v1/join?dry-run=1`: it would be let in; what is not quite as asked for, a sentence each. */
export const JoinReview = z.strictObject({
  notes: z.array(z.string()),
  /** Whether the cluster has an entry of this very node already. */
  known: z.boolean(),
});
export type JoinReview = z.infer<typeof JoinReview>;

/** The answer: all that makes a machine a node. */
export const JoinAnswer = z.strictObject({
  /** With its admission. */
  record: NodeRecord,
  certificatePem: z.string(),
  caPem: z.string(),
  /** The key that all nodes share as the outer fence of their gossip. */
  networkKey: z.string().regex(/^[0-9a-f]{64}$/, 'a network key is 64 hexadecimal characters'),
  /** All decisions, this one among them. */
  snapshot: Snapshot,
  /** The other nodes. */
  peers: z.array(NodeRecord),
  /** What is not quite as asked for, a sentence each. */
  notes: z.array(z.string()),
});
export type JoinAnswer = z.infer<typeof JoinAnswer>;
