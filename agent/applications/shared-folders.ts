import { applicationPaths } from '../../roles/model/application-paths.ts';
import { MusterError } from '../../roles/model/errors.ts';
import { mountSeen } from '../../roles/model/mount.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Commands, Questions } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';

export interface SharedFolderParts {
  readonly commands: Commands;
  readonly questions: Questions;
}

/** The common file system may hang; whoever makes a folder there must not. */
const timeoutMs = 15_000;

/**
 * Root without its right to write anywhere (capabilities(7)): the folder below the mount refuses it as it refuses
 * everybody, so that nothing is made there should the mount go just now.
 */
const withoutOverride = [
  '/usr/bin/setpriv',
  '--bounding-set',
  '-dac_override',
  '--inh-caps',
  '-dac_override',
];
const asSite = ['/usr/sbin/runuser', '-u', 'www-data', '--'];

/**
 * Makes the folders that an application writes to. Throws `files-unreachable` while the common files are not there;
 * what is made before they are mounted would be hidden by the mount. Where there are to be none at all, an application
 * that writes nothing needs none.
 */
export async function makeSharedFolders(
  parts: SharedFolderParts,
  { storage }: Pick<View, 'storage'>,
  name: string,
  writable: readonly string[],
): Promise<void> {
  if (storage === undefined && writable.length === 0) return;
  const { state } = mountSeen(await parts.questions.ask({ kind: 'mount', path: paths.shared }));
  if (state !== 'answers') throw unreachable(name, whyNot[storage === undefined ? 'undecided' : state]);
  const { shared } = applicationPaths(name);
  await make(parts, [...withoutOverride, ...folder, '-o', 'www-data', '-g', 'www-data', shared]);
  for (const one of writable) await make(parts, [...asSite, ...folder, `${shared}/${one}`]);
}

const folder = ['/usr/bin/install', '-d', '-m', '0750'];

const whyNot = {
  undecided: 'it is not decided yet where they are kept',
  unknown: 'they could not be looked at',
  absent: 'they are not mounted here yet',
  refuses: 'they refuse',
  hangs: 'they do not answer',
} as const;

async function make({ commands }: SharedFolderParts, argv: readonly string[]): Promise<void> {
  const [program = '', ...words] = argv;
  const { exitCode, stderr } = await commands.run([program, ...words], { timeoutMs });
  if (exitCode === 0) return;
  throw new MusterError('file-refused', {
    what: `${argv.at(-1) ?? ''} could not be made`,
    why: stderr.trim(),
    next: 'muster status, and muster doctor for the common file system',
  });
}

function unreachable(name: string, why: string): MusterError {
  return new MusterError('files-unreachable', {
    what: `the folder of ${name} on the common file system waits`,
    why,
    next: 'muster status; it is tried again by itself',
  });
}
