import { paths } from '../model/paths.ts';
import type { CommandStep } from '../model/step.ts';

/** A mount of the kernel's own is there at once, or its server is away. */
const mountTimeoutMs = 20_000;

const does = {
  make: 'make a folder for the common files',
  mount: 'mount the common files',
  leave: 'leave the server that the common files came from',
  tidy: 'tidy up after the mount of the common files',
} as const;

/** One command by which the common files come to where the applications look for them. */
export function sharedCommand(what: keyof typeof does, ...argv: readonly [string, ...string[]]): CommandStep {
  const why = 'applications write where every web server reads';
  return { kind: 'command', argv, does: does[what], why, timeoutMs: mountTimeoutMs };
}

/** Where nothing is mounted nobody but root can write, so that no file is left behind under a mount. */
export function makePoint(): CommandStep {
  return sharedCommand('make', 'install', '-d', '-m', '0555', paths.shared);
}
