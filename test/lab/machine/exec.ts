import { join } from 'node:path';

import { guestCgroupsOf } from '../host/cgroups.ts';
import { trustEnvironment } from '../host/trust.ts';
import { needLeader } from './leader.ts';

const SCRIPT = join(import.meta.dirname, 'enter.sh');
const PATH_INSIDE = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The host command that runs `argv` inside a running machine, as root, in /root, with a clean environment. */
export const enterCommand = async (name: string, argv: readonly string[]): Promise<[string, ...string[]]> => {
  const leader = await needLeader(name);
  const environment = {
    PATH: PATH_INSIDE,
    HOME: '/root',
    USER: 'root',
    LOGNAME: 'root',
    LANG: 'C.UTF-8',
    TERM: process.env['TERM'] ?? 'dumb',
    ...trustEnvironment(),
  };
  return [
    SCRIPT,
    String(leader),
    ...(await guestCgroupsOf(name)),
    '--',
    '/usr/bin/env',
    '-i',
    '--chdir=/root',
    ...Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    ...argv,
  ];
};
