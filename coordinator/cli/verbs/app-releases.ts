import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderReleases } from '../render/apps.ts';

/** `muster app releases NAME`: newest first. */
export async function appReleases(context: Context, name: string, options: AsData): Promise<number> {
  const client = await context.connect();
  const { schemaVersion, application } = await client.applications.show(name);
  const report = { schemaVersion, releases: application.releases };
  answer(context, report, options, ({ releases }, paint) => renderReleases(releases, context.now(), paint));
  return exitCodes.ok.code;
}
