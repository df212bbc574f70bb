import { join } from 'node:path';

import { guestCgroupsOf } from '../host/cgroups.ts';
import { trustEnvironment } from '../host/trust.ts';
import { needLeader, needRunning } from './leader.ts';
import { hasOwnKernel, sshCommand } from './way.ts';

const SCRIPT = join(import.meta.dirname, 'enter.sh');
const PATH_INSIDE = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a command inside starts with: as root, in /root, with a clean environment. */
const afresh = (argv: readonly string[]): string[] => {
  const environment = {
    PATH: PATH_INSIDE,
    HOME: '/root',
    USER: 'root',
    LOGNAME: 'root',
    LANG: 'C.UTF-8',
    TERM: process.env['TERM'] ?? 'dumb',
    ...trustEnvironment(),
  };
  const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  return ['/usr/bin/env', '-i', '--chdir=/root', ...variables, ...argv];
};

/** The host command that runs `argv` inside a running machine. */
export const enterCommand = async (name: string, argv: readonly string[]): Promise<[string, ...string[]]> => {
  if (hasOwnKernel(name)) {
    await needRunning(name);
    return sshCommand(name, afresh(argv));
  }
  const leader = await needLeader(name);
  return [SCRIPT, String(leader), ...(await guestCgroupsOf(name)), '--', ...afresh(argv)];
};
