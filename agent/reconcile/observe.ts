import type { Observed, Wants } from '../../roles/model/observed.ts';
import type { Files, Packages, Services } from '../../roles/model/ports.ts';
import type { Answers } from './answers.ts';
import type { Manifest } from './manifest.ts';

export interface ObserveParts {
  readonly files: Files;
  readonly packages: Packages;
  readonly services: Services;
  readonly manifest: Manifest;
}

/** Reads off this machine what a role wants to know. */
export async function observe(
  parts: ObserveParts,
  wants: Wants,
  asked: Pick<Answers, 'ask'>,
): Promise<Observed> {
  const { files, manifest } = parts;
  const installed = await parts.packages.installed();
  const known = manifest.entries();
  const [inspected, texts, services, answers] = await Promise.all([
    collect(wants.files, (path) => files.inspect(path)),
    collect(wants.texts ?? [], (path) => files.read(path)),
    collect(
      wants.services,
      (service) => parts.services.state(service),
      (service) => service.unit,
    ),
    collect(Object.keys(wants.questions), async (key) => {
      const question = wants.questions[key];
      return question === undefined ? undefined : asked.ask(key, question);
    }),
  ]);
  const packages = await collect(wants.packages, async (name) => installed[name]);
  const written = await collect(wants.files, async (path) => known.files[path]?.written ?? undefined);
  const sources = await collect(wants.files, async (path) => known.files[path]?.source);
  return { packages, files: inspected, texts, written, sources, services, loaded: known.loaded, answers };
}

/** Asks for each name at once; names without an answer stay out. */
async function collect<Name, Value>(
  names: readonly Name[],
  ask: (name: Name) => Promise<Value | undefined>,
  key: (name: Name) => string = String,
): Promise<Record<string, Value>> {
  const answers = await Promise.all(names.map(async (name) => ({ name, value: await ask(name) })));
  const found: Record<string, Value> = {};
  for (const { name, value } of answers) if (value !== undefined) found[key(name)] = value;
  return found;
}
