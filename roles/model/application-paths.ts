import type { ApplicationName, ReleaseId } from './application.ts';
import { paths } from './paths.ts';

/** Where an application lies on a node. */
export function applicationPaths(name: ApplicationName): {
  readonly home: string;
  readonly archives: string;
  readonly releases: string;
  readonly state: string;
  readonly shared: string;
} {
  const home = `${paths.applications}/${name}`;
  return {
    home,
    /** As they came, each `<sha256>.tar.gz`. */
    archives: `${home}/archives`,
    /** Unpacked, each in a folder of its own; what is there under its own name is whole. */
    releases: `${home}/releases`,
    /** What came of proofs and release commands here. */
    state: `${home}/state.json`,
    /** What it writes, on the common file system. */
    shared: `${paths.shared}/apps/${name}`,
  };
}

/** The folder of one release. */
export function releasePath(name: ApplicationName, id: ReleaseId): string {
  return `${applicationPaths(name).releases}/${id}`;
}

/** The archive of this checksum. */
export function archivePath(name: ApplicationName, sha256: string): string {
  return `${applicationPaths(name).archives}/${sha256}.tar.gz`;
}
