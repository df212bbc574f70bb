import type { ApplicationName } from './application.ts';
import { ReleaseId } from './application.ts';
import type { Details } from './facts.ts';
import { carriersOf, type NodeView, type View } from './view.ts';

/** What a web node says of one application, in `facts.details.web`. */
export interface ApplicationWords {
  /** Unpacked here. */
  readonly has: readonly ReleaseId[];
  /** What its Apache answers with. */
  readonly serves?: ReleaseId;
  /** What came of the last thing that was to be found out here. */
  readonly result?: Result;
}

/** `ran`: its release command. `proved`: its health. */
export interface Result {
  readonly kind: 'ran' | 'proved' | 'fault';
  /** Of which attempt, see `Application.next`. */
  readonly attempt: number;
  /** Empty but for a fault. */
  readonly why: string;
}

/** As the schema of details bounds a word. */
const longestWord = 128;

/** The words of one application, for `Role.details`. */
export function applicationDetails(
  name: ApplicationName,
  { has, serves, result }: ApplicationWords,
): Details {
  return {
    ...(has.length === 0 ? {} : { [`has.${name}`]: has.join(' ') }),
    ...(serves === undefined ? {} : { [`serves.${name}`]: serves }),
    ...(result === undefined
      ? {}
      : {
          [`result.${name}`]: `${result.kind} ${String(result.attempt)} ${result.why}`
            .trim()
            .slice(0, longestWord),
        }),
  };
}

/** What a node last said of an application; nothing where it has not spoken. */
export function applicationWords({ facts }: NodeView, name: ApplicationName): ApplicationWords {
  const details = facts?.details?.web ?? {};
  const serves = ReleaseId.safeParse(details[`serves.${name}`]).data;
  const result = resultIn(details[`result.${name}`]);
  return {
    has: (details[`has.${name}`] ?? '').split(' ').filter((id) => id !== ''),
    ...(serves === undefined ? {} : { serves }),
    ...(result === undefined ? {} : { result }),
  };
}

function resultIn(word: string | undefined): Result | undefined {
  const [, kind, attempt, why = ''] = /^(ran|proved|fault) (\d+) ?(.*)$/.exec(word ?? '') ?? [];
  if (kind !== 'ran' && kind !== 'proved' && kind !== 'fault') return undefined;
  return { kind, attempt: Number(attempt), why };
}

/** Whether a node answers with the release of every application that counts now. */
export function servesCurrent({ applications = [] }: View, node: NodeView): boolean {
  return applications.every(
    ({ name, current }) => current === undefined || applicationWords(node, name).serves === current,
  );
}

/**
 * The web nodes that a release is waited for: those that are there and serve. Who is just being set up is not, and
 * enters a roster only with the releases that count then; nor is who is silent, and leaves the rosters.
 */
export function servingNodes(view: View): readonly NodeView[] {
  return carriersOf(view, 'web').filter(({ verdict, facts }) => {
    const there = verdict === 'alive' || verdict === 'suspect';
    const state = facts?.health.web?.state;
    return there && state !== undefined && state !== 'starting';
  });
}
