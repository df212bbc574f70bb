import { createPublicKey, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { type DecisionSet, decode } from '../../coordinator/store/codec.ts';
import type { MusterError } from '../../roles/model/errors.ts';
import { type NodeRecord, nodeHostname } from '../../roles/model/node.ts';
import type { Token } from '../../roles/model/token.ts';
import { nodeIdOfRaw } from '../local/identity.ts';
import { requirePinned } from './pin.ts';
import { nodeRefused } from './refusals.ts';
import { JoinAnswer, type JoinRequest } from './request.ts';
import { verifyAdmission } from './verify.ts';

export interface AnswerInput {
  readonly token: Token;
  readonly request: JoinRequest;
  /** Where the answer came from, and the certificate that was shown there. */
  readonly address: string;
  readonly serverPem: string;
  /** As it came. */
  readonly answer: unknown;
}

/**
 * Whether the answer makes this machine a node of the token's cluster: the server's key is the pinned one and under
 * the CA that the answer brings, and record, certificate and decisions are of this machine and this cluster. Throws
 * `pin-mismatch` or `node-refused`; nothing of the answer may be written before.
 */
export function requireGoodAnswer(input: AnswerInput): JoinAnswer {
  const { token, request, serverPem } = input;
  requirePinned(token, input.address, serverPem);
  const parsed = JoinAnswer.safeParse(input.answer);
  if (!parsed.success) throw unfit('it is not of the form it must have', z.prettifyError(parsed.error));
  const answer = parsed.data;
  const authority = requireAuthority(answer.caPem, token, serverPem);
  const set = decode(answer.snapshot);
  requireDecisions(set, token, answer.record);
  requireRecord(answer.record, request, set, authority);
  requireCertificate(answer, request, authority);
  return answer;
}

/** Of the CA nothing was known before; the server that is pinned vouches for it, and must itself be under it. */
function requireAuthority(caPem: string, { clusterId }: Token, serverPem: string): X509Certificate {
  const authority = certificateOf(caPem, 'authority');
  if (!authority.ca) throw unfit('its authority is none', 'the certificate may sign no others');
  if (!authority.subject.split('\n').includes(`O=${clusterId}`)) {
    throw unfit(
      'its authority is that of another cluster',
      `it is ${oneLine(authority)}, not of ${clusterId}`,
    );
  }
  if (!isUnder(certificateOf(serverPem, 'server'), authority)) {
    throw unfit(
      'the server is not under its own authority',
      `${oneLine(authority)} did not sign its certificate`,
    );
  }
  return authority;
}

function requireDecisions(set: DecisionSet, { clusterId }: Token, record: NodeRecord): void {
  if (set.cluster?.id !== clusterId) {
    const found = set.cluster?.id ?? 'no cluster';
    throw unfit(
      'its decisions are not those of the cluster',
      `they are of ${found}, the token of ${clusterId}`,
    );
  }
  const stored = set.nodes.find(({ id }) => id === record.id);
  if (JSON.stringify(stored?.admission) === JSON.stringify(record.admission)) return;
  throw unfit(
    'this machine is not among its decisions',
    `${record.id} is not there, or with another admission`,
  );
}

function requireRecord(
  record: NodeRecord,
  request: JoinRequest,
  { cluster, tombstones }: DecisionSet,
  authority: X509Certificate,
): void {
  const { id = '', generation = 0 } = cluster ?? {};
  const against = { authority: authority.publicKey, cluster: { id, generation }, tombstones };
  const verified = verifyAdmission(record.admission, against);
  if (!verified.ok) throw unfit('its admission record does not hold', verified.why);
  const { value } = verified;
  const own = { nodeId: nodeIdOfRaw(request.gossipKey), ...keysOf(request), address: request.address };
  const given = { nodeId: record.id, ...keysOf(value), address: record.address };
  const whole = value.nodeId === record.id && value.name === record.name && value.ordinal === record.ordinal;
  if (whole && JSON.stringify(own) === JSON.stringify(given)) return;
  const why = `it is of ${JSON.stringify(given)}; this machine is ${JSON.stringify(own)}`;
  throw unfit('its admission record speaks of another machine', why);
}

function keysOf(keys: { readonly gossipKey: string; readonly datagramKey: string }): Record<string, string> {
  return { gossipKey: keys.gossipKey, datagramKey: keys.datagramKey };
}

function requireCertificate(
  { certificatePem, record }: JoinAnswer,
  { certificateKeyPem }: JoinRequest,
  authority: X509Certificate,
): void {
  const certificate = certificateOf(certificatePem, 'node');
  if (!isUnder(certificate, authority)) {
    throw unfit('its certificate is not signed by its authority', `${oneLine(authority)} did not sign it`);
  }
  if (!certificate.publicKey.equals(createPublicKey(certificateKeyPem))) {
    throw unfit('its certificate is for another key', 'this machine could not use it');
  }
  const host = nodeHostname(record.id);
  if (certificate.checkHost(host) !== undefined) return;
  throw unfit('its certificate is for another node', `it is ${oneLine(certificate)}, not ${host}`);
}

function certificateOf(pem: string, whose: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw unfit(`the certificate of the ${whose} cannot be read`, 'it is not X.509 in PEM', cause);
  }
}

function isUnder(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function oneLine({ subject }: X509Certificate): string {
  return subject.replaceAll('\n', ', ');
}

function unfit(what: string, why: string, cause?: unknown): MusterError {
  const next = 'muster events on the node that made the token; then join again with a new token';
  return nodeRefused(`the cluster's answer does not hold: ${what}`, why, next, cause);
}
