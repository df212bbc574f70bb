import { parse } from 'yaml';
import * as z from 'zod';
import { ApplicationManifest, manifestName } from '../../roles/model/application-manifest.ts';
import { messageOf } from '../../roles/model/errors.ts';
import { refusedArchive } from './refused.ts';

/** The manifest in a text, all defaults filled in; without a text it is all defaults. Throws `archive-refused`. */
export function readManifest(text: string | undefined): ApplicationManifest {
  const parsed = ApplicationManifest.safeParse(dataIn(text ?? '') ?? {});
  if (parsed.success) return parsed.data;
  throw refusedArchive(
    `${manifestName}: ${z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ')}`,
    parsed.error,
  );
}

function dataIn(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw refusedArchive(`${manifestName} is no YAML: ${messageOf(cause)}`, cause);
  }
}
