import { MusterError } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import { issueCertificate } from '../host/certificates.ts';
import { copyForEtcd } from './etcd-pki.ts';
import type { NodeConfig } from './state.ts';

/** Issues the node's certificate anew for the same key, so that its pin stays. */
export async function renewCertificate(
  { files, clock }: { readonly files: Files; readonly clock: Clock },
  config: NodeConfig,
): Promise<void> {
  const [certificatePem, authorityKey, privateKeyPem] = await Promise.all(
    [paths.authority, paths.authorityKey, paths.certificateKey].map((path) => files.read(path)),
  );
  if (certificatePem === undefined || authorityKey === undefined || privateKeyPem === undefined) {
    throw new MusterError('state-unreadable', {
      what: 'the certificate of this node cannot be renewed',
      why: `${paths.authorityKey} or a file beside it is missing`,
      next: './install.sh, again: it makes whole what is missing',
    });
  }
  const issued = await issueCertificate(
    { certificatePem, privateKeyPem: authorityKey },
    {
      nodeId: config.nodeId,
      names: [config.name],
      addresses: [config.address],
      now: clock.now(),
      privateKeyPem,
    },
  );
  await files.write(paths.certificate, issued.certificatePem, { mode: 0o644 });
  await copyForEtcd(files);
}
