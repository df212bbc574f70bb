import type { Readable } from 'node:stream';
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
    // Leaving the loop destroys the stream, and its connection with it.
    for await (const line of linesOf(answer)) {
      if (answer.statusCode !== 200 || !goesOn(line)) break;
      onHint();
    }
  } catch {
    // Refused, unreachable, aborted: broken is broken, and the caller's next read says why.
  }
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const part of stream as AsyncIterable<string>) {
    const lines = `${rest}${part}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
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
