import { readFile } from 'node:fs/promises';

/** One line of /proc/self/mountinfo, as far as it is of use here. */
export interface MountLine {
  readonly point: string;
  /** The file system, as in `xfs` or `fuse.glusterfs`. */
  readonly type: string;
  /** The device, or what else was mounted. */
  readonly source: string;
  /** The address of its server, where the file system has one and says so (`addr=`, nfs(5)). */
  readonly server?: string;
}

/**
 * The lines of /proc/self/mountinfo, in the order of mounting (proc(5)): the point is the fifth field; type, source and
 * the file system's options follow the lone dash. Blanks and the like are written as octal escapes.
 */
export function parseMounts(mountinfo: string): MountLine[] {
  return mountinfo.split('\n').flatMap((line): MountLine[] => {
    const fields = line.split(' ').map(unescaped);
    const [point, dash] = [fields[4] ?? '', fields.indexOf('-')];
    if (point === '') return [];
    const [type = '', source = '', options = ''] = fields.slice(dash + 1);
    const server = /(?:^|,)addr=([^,]+)/.exec(options)?.[1];
    return [{ point, type, source, ...(server === undefined ? {} : { server }) }];
  });
}

function unescaped(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/** The mount points of /proc/self/mountinfo. */
export function parseMountPoints(mountinfo: string): string[] {
  return parseMounts(mountinfo).map(({ point }) => point);
}

/**
 * The mount points at or below a path whose links are resolved. Device numbers would not tell: a bind mount of the
 * same file system has the same one.
 */
export async function mountPointsWithin(realPath: string): Promise<string[]> {
  const points = parseMountPoints(await readFile('/proc/self/mountinfo', 'utf8'));
  return points.filter((point) => point === realPath || point.startsWith(`${realPath}/`));
}
