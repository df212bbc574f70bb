import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { painter } from '../render/text.ts';
import { renderWhy } from '../render/why.ts';

/** `muster why NODE` */
export async function why(
  context: Context,
  node: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const client = await context.connect();
  const report = await client.why(node);
  context.out.write(
    options.json === true
      ? `${JSON.stringify(report, null, 2)}\n`
      : renderWhy(report, context.now(), painter(context.out)),
  );
  return exitCodes.ok.code;
}
