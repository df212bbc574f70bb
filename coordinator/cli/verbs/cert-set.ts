import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import { change } from './change.ts';

export interface CertSetOptions extends AsData {
  /** Paths of the operator's files. */
  readonly certificate: string;
  readonly key: string;
  readonly name?: string;
  readonly dryRun?: boolean;
}

/** `muster cert set`: the files are read here, and judged where the decisions are kept. */
export async function certSet(context: Context, options: CertSetOptions): Promise<number> {
  const { operator } = context;
  const { name, dryRun, json = false } = options;
  const brought = {
    certificate: await operator.read(options.certificate),
    key: await operator.read(options.key),
    ...(name === undefined ? {} : { name }),
  };
  return change(context, { json }, (client) => client.setCertificate(brought, dryRun));
}
