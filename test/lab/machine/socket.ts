import { needLeader, needRunning } from './leader.ts';
import { forwarded, hasOwnKernel } from './way.ts';

/** A Unix socket inside a running machine, as a path by which this host opens it. */
export const socketIn = async (name: string, path: string): Promise<string> => {
  if (!hasOwnKernel(name)) return `/proc/${await needLeader(name)}/root${path}`;
  await needRunning(name);
  return forwarded(name, path);
};
