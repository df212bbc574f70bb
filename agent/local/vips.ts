import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import { ClusterSettings } from '../../roles/model/settings.ts';
import { takenAddress } from '../voter/taken-addresses.ts';
import { chooseAddress } from './address.ts';
import type { LocalParts } from './parts.ts';

interface Wishes {
  readonly address?: string;
  readonly vip?: readonly string[];
}

/** The wish as the settings have it. */
export function vipSetting({ vip = [] }: Pick<Wishes, 'vip'>): ClusterSettings['vip'] {
  const [only, ...more] = vip;
  if (only === undefined) return null;
  return more.length === 0 ? only : [...vip];
}

/** Before anything is written: shared addresses that are none, or that somebody has. Throws `settings-invalid`. */
export async function refuseUnfitVips(parts: LocalParts, wishes: Wishes): Promise<void> {
  const parsed = ClusterSettings.shape.vip.safeParse(vipSetting(wishes));
  if (!parsed.success) {
    throw new MusterError('settings-invalid', {
      what: `--vip ${wishes.vip?.join(' --vip ')} is not taken`,
      why: z.prettifyError(parsed.error).replaceAll('\n', ' '),
      next: 'one free address of the network, as in --vip 10.0.0.100, or two of them',
    });
  }
  // On a second run the cluster has what it has, the address among it.
  if ((await parts.files.inspect(paths.decisions)) !== undefined) return;
  for (const text of wishes.vip ?? []) {
    const [address = ''] = text.split('/');
    // This machine would not hear itself ask.
    const own = await chooseAddress(parts.commands, wishes.address);
    if (address === own || (await parts.answers(address))) throw takenAddress(address);
  }
}
