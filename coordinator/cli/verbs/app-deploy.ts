import type { ArchiveReport } from '../../../agent/api/contract-apps.ts';
import type { Context } from '../context.ts';
import { followRelease } from '../release.ts';
import { type AsData } from '../render/answer.ts';
import { megabytes } from '../render/apps.ts';
import { oneLine } from '../render/text.ts';

/** `muster app deploy NAME PATH`: packs, brings in, and waits until every web node serves it. */
export async function appDeploy(
  context: Context,
  name: string,
  path: string,
  options: AsData,
): Promise<number> {
  const client = await context.connect();
  // Before anything is packed: is there such an application?
  await client.applications.show(name);
  const archive = await context.operator.pack(path);
  try {
    if (archive.fresh) context.err.write(`packed ${oneLine(path)}: ${megabytes(archive.bytes)}\n`);
    const report = await client.applications.upload(name, archive);
    context.err.write(renderArchive(report));
    const { facts, from } = report;
    const begun = await client.applications.release(name, { facts, from });
    return await followRelease(context, client, name, begun, options);
  } finally {
    await archive.done();
  }
}

function renderArchive({ facts, files, leftOut }: ArchiveReport): string {
  const found = `looked through: ${String(files)} files, ${facts.kind === 'php' ? 'PHP' : 'static'}\n`;
  if (leftOut.length === 0) return found;
  return `${found}left out, since the application writes there: ${leftOut.map(oneLine).slice(0, 5).join(', ')}${leftOut.length > 5 ? ' …' : ''}\n`;
}
