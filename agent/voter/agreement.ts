import { BalancerSettings } from '../../roles/balancer/settings.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { View } from '../../roles/model/view.ts';

/** Nobody agrees to terms in the operator's place. Throws `certificate-refused`. */
export function requireAgreement({ settings }: View): void {
  const { agreed, directory } = BalancerSettings.parse(settings['balancer'] ?? {}).acme;
  if (agreed) return;
  throw new MusterError('certificate-refused', {
    what: `you have not agreed to the terms of ${new URL(directory).host}`,
    why: 'an authority issues certificates to those alone who agree to its terms; nothing was changed',
    next: 'muster settings set balancer.acme.agreed=true, and balancer.acme.email=YOU@EXAMPLE if you like',
  });
}
