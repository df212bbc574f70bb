import { createInterface } from 'node:readline';
import { rangeOf } from './encode.ts';
import type { Gateway } from './gateway.ts';
import { WatchLine } from './schemas.ts';

/**
 * Follows the changes under a prefix and hints at each; the first hint comes when the watch has begun, since what
 * changed before was missed. The content of the events is not used: whoever is hinted lists anew, so that an event
 * that etcd loses or orders wrongly (3.4 can do both) costs time and not truth. Returns when the signal aborts or the
 * watch breaks, however it does.
 */
export async function watch(
  gateway: Gateway,
  prefix: string,
  onHint: () => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const answer = await gateway.stream('/v3/watch', { create_request: rangeOf(prefix) }, signal);
    const lines = createInterface({ input: answer, crlfDelay: Number.POSITIVE_INFINITY });
    // readline does not pass an error of its input on; without a listener it would be thrown at the process.
    answer.once('error', () => lines.close());
    if (answer.statusCode !== 200) answer.destroy();
    for await (const line of lines) {
      if (!goesOn(line)) break;
      onHint();
    }
    answer.destroy();
  } catch {
    // Refused, unreachable, aborted: broken is broken, and the caller's next read says why.
  }
}

/** False for a watch that etcd has cancelled (compacted away, no leader) and for an error within the stream. */
function goesOn(line: string): boolean {
  const parsed = WatchLine.safeParse(jsonOf(line));
  return parsed.success && 'result' in parsed.data && !parsed.data.result.canceled;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
