import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { harmless } from '../render/text.ts';

export interface AppLogsOptions {
  readonly follow?: boolean;
  readonly lines: number;
}

/** `muster app logs NAME`: of this node. */
export async function appLogs(
  context: Context,
  name: string,
  { follow = false, lines }: AppLogsOptions,
): Promise<number> {
  const client = await context.connect();
  for await (const line of client.applications.logs(name, lines, follow)) {
    context.out.write(`${harmless(line)}\n`);
  }
  return exitCodes.ok.code;
}
