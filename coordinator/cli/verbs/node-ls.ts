import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { identityColumns, nodeTable } from '../render/nodes.ts';

/** `muster node ls`: one line per node. */
export async function nodeLs(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  const { schemaVersion, nodes } = await client.status();
  answer(
    context,
    { schemaVersion, nodes },
    options,
    ({ nodes }, paint) => `${nodeTable(identityColumns, nodes, paint).join('\n')}\n`,
  );
  return exitCodes.ok.code;
}
