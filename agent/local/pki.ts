import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import { type Authority, createAuthority, issueCertificate } from '../host/certificates.ts';
import { copyForEtcd } from './etcd-pki.ts';
import type { NodeConfig } from './state.ts';

interface Parts {
  readonly files: Files;
  readonly clock: Clock;
}

/** Makes the cluster's authority and the node's certificate where they are missing. True when something was made. */
export async function ensurePki(parts: Parts, config: NodeConfig, clusterName: string): Promise<boolean> {
  await parts.files.makeDirectory(paths.pki, { mode: 0o700 });
  const { authority, fresh } = await ensureAuthority(parts, config, clusterName);
  const issued = await ensureCertificate(parts, config, authority);
  const copied = await copyForEtcd(parts.files);
  return fresh || issued || copied;
}

async function ensureAuthority(
  { files, clock }: Parts,
  config: NodeConfig,
  clusterName: string,
): Promise<{ authority: Authority; fresh: boolean }> {
  const certificatePem = await files.read(paths.authority);
  const privateKeyPem = await files.read(paths.authorityKey);
  if (certificatePem !== undefined && privateKeyPem !== undefined) {
    return { authority: { certificatePem, privateKeyPem }, fresh: false };
  }
  const authority = await createAuthority({ clusterName, clusterId: config.clusterId, now: clock.now() });
  await files.write(paths.authorityKey, authority.privateKeyPem, { mode: 0o600 });
  await files.write(paths.authority, authority.certificatePem, { mode: 0o644 });
  return { authority, fresh: true };
}

async function ensureCertificate(
  { files, clock }: Parts,
  config: NodeConfig,
  authority: Authority,
): Promise<boolean> {
  const privateKeyPem = await files.read(paths.certificateKey);
  if (privateKeyPem !== undefined && (await files.read(paths.certificate)) !== undefined) return false;
  const issued = await issueCertificate(authority, {
    nodeId: config.nodeId,
    names: [config.name],
    addresses: [config.address],
    now: clock.now(),
    // A key that outlived its certificate keeps its pin.
    ...(privateKeyPem === undefined ? {} : { privateKeyPem }),
  });
  await files.write(paths.certificateKey, issued.privateKeyPem, { mode: 0o600 });
  await files.write(paths.certificate, issued.certificatePem, { mode: 0o644 });
  return true;
}
