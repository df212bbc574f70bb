import { MusterError } from '../../roles/model/errors.ts';
import { sha256 } from '../../roles/model/fingerprint.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Commands, Files, Secrets } from '../../roles/model/ports.ts';
import { type SecretFields, secretsIn, withSecrets } from '../../roles/model/secret.ts';
import type { FileSpec } from '../../roles/model/step.ts';
import type { Manifest } from './manifest.ts';

interface Parts {
  readonly files: Files;
  readonly commands: Commands;
  readonly manifest: Manifest;
  readonly secrets: Secrets;
}

/** A checker that reads a configuration needs milliseconds; a name server that hangs must not stop the cycle. */
const checkTimeoutMs = 20_000;

/**
 * Puts one file in place: the former content is kept, the service's own checker has to let the candidate in, the
 * swap is atomic. What was damaged by another hand makes its unit reload, since it may have read it.
 */
export async function writeFile(parts: Parts, planned: FileSpec): Promise<void> {
  const { files, manifest } = parts;
  const file = await filledIn(parts, planned);
  await manifest.keepFormer(file.path);
  const written = manifest.entries().files[file.path]?.written ?? undefined;
  // What only has to be put back was checked when it was first written.
  if (written !== sha256(file.content)) await check(parts, file);
  const found = await files.inspect(file.path);
  if (file.unit !== undefined && written !== undefined && found?.sha256 !== written) {
    await manifest.setLoaded(file.unit, undefined);
  }
  await files.write(file.path, file.content, { mode: file.mode, owner: file.owner });
  const source = file.content === planned.content ? undefined : planned.content;
  await manifest.recordWritten(file.path, file.content, source);
}

/** The file with its secrets in place. */
async function filledIn({ secrets }: Parts, file: FileSpec): Promise<FileSpec> {
  const opened = new Map<string, SecretFields>();
  for (const mark of secretsIn(file.content)) opened.set(mark.name, await secrets.open(mark));
  return { ...file, content: withSecrets(file.content, ({ name }) => opened.get(name) ?? {}) };
}

async function check(parts: Parts, file: FileSpec): Promise<void> {
  if (file.check === undefined) return;
  const candidate = `${paths.run}/candidate/${sha256(file.path).slice(0, 16)}`;
  await parts.files.write(candidate, file.content, { mode: file.mode });
  try {
    const [program, ...rest] = file.check;
    const argv: [string, ...string[]] = [
      program,
      ...rest.map((argument) => argument.replace('{}', candidate)),
    ];
    const result = await parts.commands.run(argv, { timeoutMs: checkTimeoutMs });
    if (result.exitCode === 0) return;
    throw new MusterError('file-refused', {
      what: `${file.path} was not written: ${program} refuses its new text`,
      why: lastLines(`${result.stdout}\n${result.stderr}`),
      next: 'muster settings show, and muster plan for the text in question',
    });
  } finally {
    await parts.files.remove(candidate);
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n');
}
