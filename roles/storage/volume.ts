import { fingerprint } from '../model/fingerprint.ts';
import type { NodeId } from '../model/node.ts';
import type { Answer } from '../model/observed.ts';
import { filesPath } from '../model/storage.ts';

/** The volume as this node's glusterd knows it. */
export interface Volume {
  readonly started: boolean;
  /** The nodes of its parts, in its own order; one that is not ours is an empty text. */
  readonly bricks: readonly NodeId[];
  readonly options: Readonly<Record<string, string>>;
}

/** `unknown`: glusterd did not say. */
export type VolumeSeen = Volume | 'absent' | 'unknown';

/** Reads what `gluster volume info muster` says (10.3); it ends with 1 where there is no such volume. */
export function volumeSeen(answer: Answer | undefined): VolumeSeen {
  if (answer?.ok !== true) return 'unknown';
  const { text, status } = answer;
  if (status !== 0) return /does not exist/.test(text) ? 'absent' : 'unknown';
  const bricks = [...text.matchAll(/^Brick\d+: (\S+)/gm)].map(([, brick = '']) => nodeOfBrick(brick));
  const [, after = ''] = text.split('Options Reconfigured:\n');
  const options = [...after.matchAll(/^([\w.-]+): (\S+)/gm)].map(([, key = '', value = '']) => [key, value]);
  return { started: /^Status: Started/m.test(text), bricks, options: Object.fromEntries(options) };
}

function nodeOfBrick(brick: string): NodeId {
  const [, id = ''] = /^(n\w+)\.muster:(.*)$/.exec(brick) ?? [];
  return brick.endsWith(`:${filesPath}`) ? id : '';
}

/**
 * The nodes of the parts as glusterd wrote them down (10.3: `brick-N=host:-path`); what it says beyond that is a change that
 * is not done. Undefined where it wrote nothing yet.
 */
export function writtenBricks(text: string | undefined): readonly NodeId[] | undefined {
  if (text === undefined) return undefined;
  return [...text.matchAll(/^brick-\d+=(\S+?):-(\S+)$/gm)].map(([, host = '', path = '']) =>
    nodeOfBrick(`${host}:/${path.replaceAll('-', '/')}`),
  );
}

/** What `facts.details` calls a row of parts: short, and equal for equal ones. */
export function rowOf(bricks: readonly NodeId[]): string {
  return bricks.length === 0 ? '' : fingerprint(bricks);
}

/** The names of the pool that are connected, from `gluster pool list`, and all of them. */
export function poolSeen(answer: Answer | undefined): {
  readonly known: readonly string[];
  readonly connected: readonly string[];
} {
  const text = answer?.ok === true && answer.status === 0 ? answer.text : '';
  const rows = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 3);
  const names = (wanted: (state: string) => boolean): string[] =>
    rows.flatMap(([, name = '', state = '']) => (wanted(state) && name !== 'localhost' ? [name] : []));
  return { known: names(() => true), connected: names((state) => state === 'Connected') };
}

/**
 * How the volume is tuned.
 *
 * A dead server costs its users `ping-timeout` once, 42 s by default. With three copies a write needs two of them
 * (`quorum-type`). Sizes and times are remembered for a minute and taken back when another changes them
 * (`cache-invalidation`): small files gain most. What a copy missed is looked for every minute, not every ten.
 */
export const volumeOptions = {
  'network.ping-timeout': '5',
  'cluster.quorum-type': 'auto',
  'cluster.heal-timeout': '60',
  'features.cache-invalidation': 'on',
  'features.cache-invalidation-timeout': '60',
  'performance.cache-invalidation': 'on',
  'performance.md-cache-timeout': '60',
  'network.inode-lru-limit': '50000',
} as const;
