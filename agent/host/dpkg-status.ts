/** Package to version, and how far dpkg got with it: `installed`, `config-files`, `half-configured`, … */
interface PackageRecord {
  readonly version: string;
  readonly state: string;
}

export type PackageRecords = ReadonlyMap<string, PackageRecord>;

/** Waiting for another package's trigger is no fault of a package: it is configured and works. */
const workingStates = new Set(['installed', 'triggers-awaited', 'triggers-pending']);

/**
 * The paragraphs of /var/lib/dpkg/status. A package of a foreign architecture is `name:architecture`; the native one
 * is that of dpkg itself.
 */
export function parseStatus(text: string): PackageRecords {
  const paragraphs = text.split('\n\n').map(parseParagraph);
  const native = paragraphs.find((one) => one.Package === 'dpkg')?.Architecture;
  const records = new Map<string, PackageRecord>();
  for (const { Package, Status, Version, Architecture } of paragraphs) {
    const state = Status?.split(' ')[2];
    if (Package === undefined || state === undefined || state === 'not-installed') continue;
    const foreign = native !== undefined && Architecture !== native && Architecture !== 'all';
    records.set(foreign ? `${Package}:${Architecture ?? ''}` : Package, { version: Version ?? '', state });
  }
  return records;
}

type Paragraph = Partial<Record<'Package' | 'Status' | 'Version' | 'Architecture', string>>;

function parseParagraph(text: string): Paragraph {
  return Object.fromEntries(
    [...text.matchAll(/^(Package|Status|Version|Architecture): (.*)$/gm)].map(([, key, value]) => [
      key,
      value,
    ]),
  );
}

/** What works, by name and version. */
export function installedOf(records: PackageRecords): Record<string, string> {
  const working = [...records].filter(([, { state }]) => workingStates.has(state));
  return Object.fromEntries(working.map(([name, { version }]) => [name, version]));
}

/** Whether dpkg was cut in the middle of its work on any package. */
export function isInterrupted(records: PackageRecords): boolean {
  return [...records.values()].some(({ state }) => !workingStates.has(state) && state !== 'config-files');
}

export interface Newcomers {
  /** Not there in any form before. */
  readonly fresh: readonly string[];
  /** Of which only the settings had been there before: they are removed again, not purged. */
  readonly returned: readonly string[];
}

/** What came between two looks of what was expected, whatever state it got into; others may have installed meanwhile. */
export function newcomers(
  before: Readonly<Record<string, string>>,
  after: PackageRecords,
  expected: ReadonlySet<string>,
): Newcomers {
  const came = [...after].filter(([name]) => expected.has(name));
  const there = came.filter(([, { state }]) => state !== 'config-files').map(([name]) => name);
  return {
    fresh: came.map(([name]) => name).filter((name) => before[name] === undefined),
    returned: there.filter((name) => before[name] === 'config-files'),
  };
}

/** Package to state: what is kept of a look. */
export function statesOf(records: PackageRecords): Record<string, string> {
  return Object.fromEntries([...records].map(([name, { state }]) => [name, state]));
}
