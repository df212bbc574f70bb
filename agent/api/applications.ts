import { applicationNamed } from '../../coordinator/brain/application-verbs.ts';
import { waitedFor } from '../../coordinator/brain/applications.ts';
import type { Application, Release } from '../../roles/model/application.ts';
import { applicationWords } from '../../roles/model/application-facts.ts';
import { carriersOf, type View } from '../../roles/model/view.ts';
import type { ApplicationRow } from './contract-apps.ts';

/** The application of this name, as people are told of it. Throws `not-found`. */
export function applicationRow(view: View, name: string): ApplicationRow {
  return rowOf(view, applicationNamed(view.applications ?? [], name));
}

/** All of them. */
export function applicationRows(view: View): readonly ApplicationRow[] {
  return (view.applications ?? []).map((application) => rowOf(view, application));
}

function rowOf(view: View, application: Application): ApplicationRow {
  const { name, domains, current, next, failed, environment } = application;
  const runner = view.nodes.find(({ record }) => record.id === application.runner)?.record.name;
  return {
    name,
    domains,
    ...(current === undefined ? {} : { current }),
    releases: application.releases.map((release) => ({
      id: release.id,
      at: release.at,
      sha256: release.sha256,
      bytes: release.bytes,
      kind: release.kind,
      state: stateOf(application, release),
    })),
    ...(next === undefined
      ? {}
      : {
          next: {
            release: next.release,
            phase: next.phase,
            back: next.back,
            waitsFor: waitedFor(view, application).map(({ record }) => record.name),
          },
        }),
    ...(failed === undefined ? {} : { failed }),
    variables: environment.names,
    ...(runner === undefined ? {} : { runner }),
    nodes: carriersOf(view, 'web').map((node) => {
      const { serves } = applicationWords(node, name);
      const { name: nodeName } = node.record;
      return serves === undefined ? { name: nodeName } : { name: nodeName, serves };
    }),
  };
}

function stateOf(
  { current, former, next }: Application,
  { id }: Release,
): ApplicationRow['releases'][number]['state'] {
  if (id === current) return 'current';
  if (id === next?.release) return 'next';
  return id === former ? 'former' : 'kept';
}
