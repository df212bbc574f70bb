import { MusterError } from '../../roles/model/errors.ts';
import { vipsOf } from '../../roles/model/vip.ts';

type Sections = Readonly<Record<string, unknown>>;

/**
 * A shared address that a machine answers at belongs to somebody: two would have it. Throws `settings-invalid`; those
 * that were shared before are ours.
 */
export async function refuseTakenAddresses(
  answers: (address: string) => Promise<boolean>,
  before: Sections,
  after: Sections,
): Promise<void> {
  const own = new Set(vipsOf({ settings: before }).map(({ address }) => address));
  const fresh = vipsOf({ settings: after }).filter(({ address }) => !own.has(address));
  for (const { address } of fresh) if (await answers(address)) throw takenAddress(address);
}

/** A machine has this address already. */
export function takenAddress(address: string): MusterError {
  return new MusterError('settings-invalid', {
    what: `${address} cannot be shared: a machine answers there already`,
    why: 'a shared address is a free one of the network, that no machine has and no DHCP server gives away',
    next: `ip neighbour show ${address}, to see whose it is; then settings set cluster.vip=ANOTHER`,
  });
}
