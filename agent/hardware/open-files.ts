/** What POSIX guarantees nobody less than on a Linux of our time; assumed where the kernel does not tell. */
const fewestOpenFiles = 1_024;

/** `unlimited` still ends at the kernel's own fs.nr_open. */
const mostOpenFiles = 1_048_576;

/** The hard limit of open files in `/proc/<pid>/limits`. */
export function parseOpenFiles(text: string | undefined): number {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(text ?? '')?.[1];
  if (hard === 'unlimited') return mostOpenFiles;
  const limit = Number(hard);
  return Number.isInteger(limit) && limit > 0 ? limit : fewestOpenFiles;
}
