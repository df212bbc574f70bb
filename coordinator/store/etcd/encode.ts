import type { Transaction } from '../../../roles/model/ports.ts';

/** A text as the gateway takes bytes. */
function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** The keys that begin with a prefix, as the range etcd knows: up to the prefix with its last byte raised by one. */
export function rangeOf(prefix: string): { key: string; range_end: string } {
  const end = Buffer.from(prefix, 'utf8');
  const last = end.at(-1);
  if (last === undefined) throw new RangeError('a prefix has at least one character');
  // The last byte of a text in UTF-8 is never 255, so there is always a next one.
  end[end.length - 1] = last + 1;
  return { key: base64(prefix), range_end: end.toString('base64') };
}

/** A transaction of ours in the gateway's words. */
export function txnOf({ conditions, put = {}, remove = [], lease }: Transaction): unknown {
  const bound = lease === undefined ? {} : { lease };
  return {
    compare: conditions.map(({ key, modRevision }) => ({
      target: 'MOD',
      result: 'EQUAL',
      key: base64(key),
      mod_revision: String(modRevision),
    })),
    success: [
      ...Object.entries(put).map(([key, value]) => ({
        request_put: { key: base64(key), value: base64(value), ...bound },
      })),
      ...remove.map((key) => ({ request_delete_range: { key: base64(key) } })),
    ],
  };
}
