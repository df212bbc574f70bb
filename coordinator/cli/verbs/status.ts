import { asMusterError } from '../../../roles/model/errors.ts';
import type { Client } from '../client.ts';
import type { Context } from '../context.ts';
import { exitCodes, exitOfError, exitOfVerdict } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderError } from '../render/error.ts';
import { renderStatus } from '../render/status.ts';
import { painter } from '../render/text.ts';

export interface StatusOptions extends AsData {
  readonly watch?: boolean;
}

/** A person sees a change within a second or two; the agent hardly notices. */
const watchEveryMs = 2_000;

/** Cursor home, and clear from there on: no flicker. */
const clearScreen = '\u001B[H\u001B[J';

/** `muster status`: the exit code follows the verdict. */
export async function status(context: Context, options: StatusOptions): Promise<number> {
  const client = await context.connect();
  if (options.watch === true) return watch(context, client, options.json === true);
  const report = await client.status();
  answer(context, report, options, renderStatus);
  return exitOfVerdict(report.verdict.level);
}

/** Goes on while the agent is away: that is when people watch. As JSON, one report a line. */
async function watch(context: Context, client: Client, json: boolean): Promise<number> {
  while (!context.signal.aborted) {
    try {
      const report = await client.status();
      const text = json ? `${JSON.stringify(report)}\n` : renderStatus(report, painter(context.out));
      context.out.write(context.out.terminal && !json ? clearScreen + text : text);
    } catch (thrown) {
      const error = asMusterError(thrown);
      if (context.signal.aborted) break;
      if (exitOfError(error.code) !== exitCodes.unreachable.code) throw error;
      context.err.write(renderError(error, context.err, false));
    }
    await context.operator.pause(watchEveryMs);
  }
  return exitCodes.interrupted.code;
}
