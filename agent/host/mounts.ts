import { readFile } from 'node:fs/promises';

/** The mount points of /proc/self/mountinfo: the fifth field, with blanks and the like as octal escapes. */
export function parseMountPoints(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point !== '')
    .map((point) =>
      point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}

/**
 * The mount points at or below a path whose links are resolved. Device numbers would not tell: a bind mount of the
 * same file system has the same one.
 */
export async function mountPointsWithin(realPath: string): Promise<string[]> {
  const points = parseMountPoints(await readFile('/proc/self/mountinfo', 'utf8'));
  return points.filter((point) => point === realPath || point.startsWith(`${realPath}/`));
}
