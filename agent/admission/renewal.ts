import { sign, verify } from 'node:crypto';
import * as z from 'zod';
import type { DecisionSet } from '../../coordinator/store/codec.ts';
import { encodedBytes } from '../../roles/model/encoded.ts';
import { NodeId, type NodeRecord, nodeHostname } from '../../roles/model/node.ts';
import type { Authority } from './admit.ts';
import { refuseUnfitCertificateKey } from './check-request.ts';
import { requireCluster } from './cluster-of.ts';
import { publicKeyOf } from './keys.ts';
import { nodeRefused } from './refusals.ts';
import { verifyAdmission } from './verify.ts';

/** A P-256 key in PEM is 178 characters. */
const mostPemCharacters = 1_000;

/**
 * The body of `POST /v1/renew`: a node asks for a new certificate, also one whose certificate has long ended: its own
 * key proves it, not the certificate.
 */
export const RenewRequest = z.strictObject({
  nodeId: NodeId,
  /** P-256, SPKI in PEM. */
  certificateKeyPem: z.string().max(mostPemCharacters),
  /** By the gossip key (Ed25519). Who repeats it gets a certificate for a key that he does not hold. */
  signature: encodedBytes(64),
});
export type RenewRequest = z.infer<typeof RenewRequest>;

/** Its answer. */
export const RenewAnswer = z.strictObject({ certificatePem: z.string() });
export type RenewAnswer = z.infer<typeof RenewAnswer>;

/** What a node asks with for the key of its certificate. */
export function renewRequest(
  nodeId: NodeId,
  certificateKeyPem: string,
  gossipPrivateKeyPem: string,
): RenewRequest {
  const text = renewText({ nodeId, certificateKeyPem });
  const signature = sign(null, Buffer.from(text), gossipPrivateKeyPem).toString('base64url');
  return { nodeId, certificateKeyPem, signature };
}

export interface RenewParts {
  readonly known: DecisionSet;
  readonly authority: Authority;
}

/** Certifies an admitted node's key anew. Throws `node-refused` for anyone else. */
export async function renew(parts: RenewParts, request: RenewRequest): Promise<RenewAnswer> {
  const { nodeId, certificateKeyPem } = request;
  const { name, address } = requireAdmitted(parts, request);
  refuseUnfitCertificateKey(certificateKeyPem, 'muster doctor, on the node itself');
  const order = { nodeId, names: [name], addresses: [address], publicKeyPem: certificateKeyPem };
  return { certificatePem: await parts.authority.certify(order) };
}

function requireAdmitted({ known, authority }: RenewParts, request: RenewRequest): NodeRecord {
  const { nodeId, signature } = request;
  const record = known.nodes.find(({ id }) => id === nodeId);
  const verified = verifyAdmission(record?.admission, {
    authority: authority.publicKey,
    cluster: requireCluster(known),
    tombstones: known.tombstones,
  });
  if (record === undefined || !verified.ok) {
    const why = verified.ok ? 'it is not among the nodes' : verified.why;
    throw nodeRefused(`${nodeHostname(nodeId)} gets no certificate`, why, 'muster node ls, on a node');
  }
  const key = publicKeyOf('Ed25519', verified.value.gossipKey);
  if (verify(null, Buffer.from(renewText(request)), key, Buffer.from(signature, 'base64url'))) return record;
  throw nodeRefused(
    'the request is not signed by the node that it names',
    'it was made by somebody who does not hold the key, or changed on the way',
    'muster events, on the node itself',
  );
}

function renewText({ nodeId, certificateKeyPem }: Omit<RenewRequest, 'signature'>): string {
  return `muster renew 1\n${JSON.stringify({ nodeId, certificateKeyPem })}`;
}
