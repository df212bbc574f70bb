import type { Context } from '../context.ts';
import { followRelease } from '../release.ts';
import type { AsData } from '../render/answer.ts';

/** `muster app rollback NAME [RELEASE]` */
export async function appRollback(
  context: Context,
  name: string,
  release: string | undefined,
  options: AsData,
): Promise<number> {
  const client = await context.connect();
  const begun = await client.applications.rollback(name, release === undefined ? {} : { release });
  return followRelease(context, client, name, begun, options);
}
