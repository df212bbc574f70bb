import type { Connection, Stream } from '@libp2p/interface';
import { messageOf } from '../../../roles/model/errors.ts';
import { mostRequestBytes } from '../messages.ts';
import { PeerUnreachable } from '../transport.ts';
import type { Libp2pModules } from './modules.ts';

/** One request and its answer to a stream. */
export const requestProtocol = '/muster/request/1';

/** Several hundred times a round trip within one network. */
const answerTimeoutMs = 2_000;

/** Rejects with `PeerUnreachable`. */
export async function ask(
  { lpStream }: Libp2pModules,
  connection: Connection,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(answerTimeoutMs);
  let stream: Stream | undefined;
  try {
    stream = await connection.newStream(requestProtocol, { signal });
    const messages = lpStream(stream, { maxDataLength: mostRequestBytes });
    await messages.write(bytes, { signal });
    const answer = (await messages.read({ signal })).subarray();
    await stream.close({ signal });
    return answer;
  } catch (cause) {
    stream?.abort(new Error('no answer in time'));
    throw new PeerUnreachable(`no answer: ${messageOf(cause)}`, { cause });
  }
}

/** Answers the one request of a stream; whoever asks nonsense gets no answer. */
export async function answerStream(
  { lpStream }: Libp2pModules,
  stream: Stream,
  answer: (bytes: Uint8Array) => Promise<Uint8Array>,
): Promise<void> {
  const signal = AbortSignal.timeout(answerTimeoutMs);
  try {
    const messages = lpStream(stream, { maxDataLength: mostRequestBytes });
    await messages.write(await answer((await messages.read({ signal })).subarray()), { signal });
    await stream.close({ signal });
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)));
  }
}
