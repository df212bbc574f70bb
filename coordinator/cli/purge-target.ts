import type { PurgeRequest } from '../../agent/api/contract.ts';
import { MusterError } from '../../roles/model/errors.ts';

export interface PurgeOptions {
  readonly prefix?: string;
  readonly all?: boolean;
}

/** What is to be purged, from the words of the command line. Throws `request-invalid`. */
export function purgeTarget(url: string | undefined, { prefix, all = false }: PurgeOptions): PurgeRequest {
  const said = [url !== undefined, prefix !== undefined, all].filter(Boolean).length;
  if (said !== 1) {
    throw invalid('it is not clear what to purge', 'one of URL, --prefix and --all is wanted');
  }
  if (all) return { kind: 'all' };
  const text = url ?? prefix ?? '';
  const { hostname, pathname, search } = parsed(text);
  if (url !== undefined) return { kind: 'url', host: hostname, path: `${pathname}${search}` };
  if (pathname === '/' && search === '') return { kind: 'site', host: hostname };
  return { kind: 'prefix', host: hostname, path: `${pathname}${search}` };
}

/** People write addresses without a scheme, too; http and https have the same copies. */
function parsed(text: string): URL {
  const whole = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(whole)) return new URL(whole);
  throw invalid(`${text} is no address`, 'an address is like https://www.example.org/blog/');
}

function invalid(what: string, why: string): MusterError {
  return new MusterError('request-invalid', { what, why, next: 'muster cache purge --help' });
}
