import { listen } from '../../roles/model/listen.ts';
import type { Token } from '../../roles/model/token.ts';

/** What to paste on the next machine. */
export interface PasteLines {
  readonly curl: string;
  /** For machines without curl. */
  readonly wget: string;
}

/**
 * The lines by which a machine joins. Nobody's certificate is believed, only the key that the pin names: what another
 * machine answers is not run.
 */
export function pasteLines({ addresses, pin }: Pick<Token, 'addresses' | 'pin'>, token: string): PasteLines {
  const url = `https://${addresses[0]}:${listen.api}/install.sh`;
  const run = `sh -s -- --token ${token}`;
  return {
    curl: `curl -fsSk --pinnedpubkey '${pin}' ${url} | ${run}`,
    wget: `wget -qO- --no-check-certificate --pinnedpubkey='${pin}' ${url} | ${run}`,
  };
}
