import { type InspectionReport, schemaVersion } from '../../../agent/api/contract.ts';
import { asMusterError } from '../../../roles/model/errors.ts';
import { decodeToken } from '../../../roles/model/token.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderInspection } from '../render/tokens.ts';

/** `muster token inspect TOKEN`: what it says and what has become of it; its secret is never shown. */
export async function tokenInspect(context: Context, token: string, options: AsData): Promise<number> {
  const report = await inspected(context, token);
  answer(context, report, options, (report, paint) => renderInspection(report, context.now(), paint));
  return exitCodes.ok.code;
}

async function inspected(context: Context, token: string): Promise<InspectionReport> {
  try {
    const client = await context.connect();
    return await client.inspectToken(token);
  } catch (thrown) {
    const error = asMusterError(thrown);
    if (error.code !== 'agent-unreachable' && error.code !== 'not-root') throw error;
    const report = inspectedAlone(token, context.now());
    context.err.write(
      `Only what the token itself says is known, not what has become of it: ${error.message}.\n`,
    );
    return report;
  }
}

/** Without the agent: the clock of this machine is all that the token can be held against. */
function inspectedAlone(text: string, now: Date): InspectionReport {
  const { secret: _, ...token } = decodeToken(text);
  const over = now.getTime() >= Date.parse(token.expiresAt);
  return { schemaVersion, ...token, state: over ? 'expired' : 'unknown' };
}
