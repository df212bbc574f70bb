import { MusterError } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import type { Authority } from './admit.ts';
import { authoritySigningKey } from './sign.ts';

/** The cluster's authority, on a node that has its key. Throws `not-allowed` on any other. */
export async function openAuthority(parts: {
  readonly files: Files;
  readonly clock: Clock;
}): Promise<Authority> {
  const { files, clock } = parts;
  const caPem = await files.read(paths.authority);
  const caKeyPem = await files.read(paths.authorityKey);
  if (caPem === undefined || caKeyPem === undefined) throw noKey();
  return {
    caPem,
    signingKey: authoritySigningKey(caKeyPem),
    certify: async (order) => {
      // The X.509 library takes memory that a node has no other use for, so it comes with the first admission.
      const { certifyKey } = await import('../host/certificates.ts');
      const authority = { certificatePem: caPem, privateKeyPem: caKeyPem };
      return certifyKey(authority, { ...order, now: clock.now() });
    },
  };
}

function noKey(): MusterError {
  return new MusterError('not-allowed', {
    what: 'this node cannot admit or remove others',
    why: `it does not have the key of the cluster's authority (${paths.authorityKey})`,
    next: 'the same command on a voter; muster status says which nodes those are',
  });
}
