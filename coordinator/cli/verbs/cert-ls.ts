import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderCertificates } from '../render/certificates.ts';

/** `muster cert ls`: what is shown to users over TLS, and what is being obtained. */
export async function certLs(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  const report = await client.certificates();
  answer(context, report, options, (report, paint) => renderCertificates(report, context.now(), paint));
  return exitCodes.ok.code;
}
