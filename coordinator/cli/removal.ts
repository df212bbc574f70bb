import { type RemovalReport, schemaVersion } from '../../agent/api/contract.ts';
import { asMusterError, type MusterError } from '../../roles/model/errors.ts';
import type { Client } from './client.ts';
import type { Context } from './context.ts';
import { renderSentence } from './render/answer.ts';

/** A person sees how it goes; each turn is a few small transactions. */
const turnEveryMs = 1_000;

/** About half a minute: a store that lost a voter, or an agent that is started anew, is back long before. */
const mostSilentTurns = 30;

interface Turn {
  readonly report: RemovalReport;
  /** Why there was no answer this time. */
  readonly silence?: MusterError;
}

/** Asks until the node is gone, and tells each new sentence; undefined when interrupted. */
export async function removeInTurns(
  context: Context,
  client: Client,
  node: string,
): Promise<RemovalReport | undefined> {
  const told = (): void => {
    context.err.write(`Interrupted, and not done yet. This goes on with it: muster node rm ${node}\n`);
  };
  context.signal.addEventListener('abort', told, { once: true });
  try {
    return await turns(context, client, node);
  } finally {
    context.signal.removeEventListener('abort', told);
  }
}

async function turns(context: Context, client: Client, node: string): Promise<RemovalReport | undefined> {
  let last = '';
  let silent = 0;
  while (!context.signal.aborted) {
    const { report, silence } = await turn(client, node);
    if (report.removed) return report;
    silent = silence === undefined ? 0 : silent + 1;
    if (silence !== undefined && silent >= mostSilentTurns) throw silence;
    if (report.sentence !== last) context.err.write(renderSentence(report));
    last = report.sentence;
    await context.operator.pause(turnEveryMs);
  }
  return undefined;
}

/** What passes by itself is waited out: a removal may take the store's own voter or leader away. */
async function turn(client: Client, node: string): Promise<Turn> {
  try {
    return { report: await client.removeNode(node) };
  } catch (thrown) {
    const silence = asMusterError(thrown);
    if (!silence.retryable) throw silence;
    return { report: { schemaVersion, removed: false, sentence: silence.message }, silence };
  }
}
