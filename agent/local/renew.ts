import { createPublicKey } from 'node:crypto';
import { MusterError } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import { RenewAnswer, renewRequest } from '../admission/renewal.ts';
import type { PeerAnswer, PeerRequest } from '../decisions/peer-api.ts';
import { issueCertificate } from '../host/certificates.ts';
import { type NodeConfig, readIdentity } from './state.ts';

export interface RenewalParts {
  readonly files: Files;
  readonly clock: Clock;
  /** Asks a node that holds the authority's key. */
  readonly ask: (request: PeerRequest) => Promise<PeerAnswer>;
}

/**
 * Gets the node's certificate anew for the same key, so that its pin stays: by the authority's own key where it lies
 * here, else from a node that has it. Throws `state-unreadable`, `store-unreachable`.
 */
export async function renewCertificate(parts: RenewalParts, config: NodeConfig): Promise<void> {
  const { files } = parts;
  const privateKeyPem = await files.read(paths.certificateKey);
  if (privateKeyPem === undefined) throw incomplete(paths.certificateKey);
  const caKeyPem = await files.read(paths.authorityKey);
  const certificatePem =
    caKeyPem === undefined
      ? await askFor(parts, config, privateKeyPem)
      : await issueOwn(parts, config, { caKeyPem, privateKeyPem });
  await files.write(paths.certificate, certificatePem, { mode: 0o644 });
}

async function issueOwn(
  { files, clock }: RenewalParts,
  config: NodeConfig,
  { caKeyPem, privateKeyPem }: { readonly caKeyPem: string; readonly privateKeyPem: string },
): Promise<string> {
  const caPem = await files.read(paths.authority);
  if (caPem === undefined) throw incomplete(paths.authority);
  const issued = await issueCertificate(
    { certificatePem: caPem, privateKeyPem: caKeyPem },
    {
      nodeId: config.nodeId,
      names: [config.name],
      addresses: [config.address],
      now: clock.now(),
      privateKeyPem,
    },
  );
  return issued.certificatePem;
}

async function askFor(
  { files, ask }: RenewalParts,
  config: NodeConfig,
  privateKeyPem: string,
): Promise<string> {
  const identity = await readIdentity(files);
  if (identity === undefined) throw incomplete(paths.identity);
  const publicKeyPem = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString();
  const request = renewRequest(config.nodeId, publicKeyPem, identity.privateKeyPem);
  const { status, body } = await ask({ method: 'POST', path: '/v1/renew', body: JSON.stringify(request) });
  if (status === 200) return RenewAnswer.parse(JSON.parse(body)).certificatePem;
  throw new MusterError('node-refused', {
    what: 'the certificate of this node was not renewed',
    why: `the cluster answers ${status}: ${body}`,
    next: 'muster node ls, on a node of the cluster',
  });
}

function incomplete(path: string): MusterError {
  return new MusterError('state-unreadable', {
    what: 'the certificate of this node cannot be renewed',
    why: `${path} is missing`,
    next: './install.sh, again: it makes whole what is missing',
  });
}
