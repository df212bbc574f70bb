import { type Application, type Release, type ReleaseId, releaseOf } from '../model/application.ts';
import type { ApplicationWords } from '../model/application-facts.ts';
import { applicationPaths } from '../model/application-paths.ts';
import { resultOf } from '../model/application-state.ts';
import type { Observed } from '../model/observed.ts';
import type { View } from '../model/view.ts';
import { phpVersion } from './service.ts';

/** What one application is on this node. */
export interface Site {
  readonly application: Application;
  /** What visitors get; absent where nothing is deployed, or it is not here yet. */
  readonly current?: Release;
  /** The one before, for its static files. */
  readonly former?: Release;
  /** The one on its way, for its static files and for its proof. */
  readonly next?: Release;
}

/** The applications of a view. */
export function applicationsOf({ applications = [] }: View): readonly Application[] {
  return applications;
}

/** Debian's packages for the extensions of a release. */
function extensionPackages({ manifest }: Release): readonly string[] {
  return manifest.php.extensions.map((name) => `php${phpVersion}-${name}`);
}

/** The same for all releases that may be served soon. */
export function allExtensionPackages(view: View): readonly string[] {
  const releases = applicationsOf(view).flatMap((application) => inUse(application));
  return [...new Set(releases.flatMap(extensionPackages))].sort();
}

function inUse(application: Application): readonly Release[] {
  const ids = new Set([application.current, application.former, application.next?.release]);
  return application.releases.filter(({ id }) => ids.has(id));
}

/** The releases of an application that lie whole on this node; undefined while that is not known. */
export function unpackedOf(observed: Observed, { name }: Application): readonly ReleaseId[] | undefined {
  const answer = observed.answers[`releases.${name}`];
  return answer?.ok === true ? answer.text.split('\n').filter((id) => /^r\d+$/.test(id)) : undefined;
}

/**
 * What is to be served of each application: only what lies here whole, with the extensions that it needs. Undefined
 * while it is not known what lies here: then nothing is changed.
 */
export function sitesOf(view: View, observed: Observed): readonly Site[] | undefined {
  const sites: Site[] = [];
  for (const application of applicationsOf(view)) {
    const unpacked = unpackedOf(observed, application);
    if (unpacked === undefined) return undefined;
    sites.push(siteOf(application, (release) => isHere(release, unpacked, observed)));
  }
  return sites;
}

function isHere(release: Release, unpacked: readonly ReleaseId[], { packages }: Observed): boolean {
  return (
    unpacked.includes(release.id) && extensionPackages(release).every((name) => packages[name] !== undefined)
  );
}

function siteOf(application: Application, here: (release: Release) => boolean): Site {
  const { next } = application;
  const proving = next?.phase === 'prove' ? next.release : undefined;
  const pick = (id: ReleaseId | undefined): Release | undefined => {
    const release = releaseOf(application, id);
    return release !== undefined && here(release) ? release : undefined;
  };
  const [current, former, coming] = [pick(application.current), pick(application.former), pick(proving)];
  return {
    application,
    ...(current === undefined ? {} : { current }),
    ...(former === undefined ? {} : { former }),
    ...(coming === undefined ? {} : { next: coming }),
  };
}

/** What this node says of an application. */
export function wordsOf(observed: Observed, application: Application): ApplicationWords {
  const { name } = application;
  const serves = observed.answers[`serves.${name}`];
  const result = resultOf(observed.texts[applicationPaths(name).state]);
  const known = new Set(application.releases.map(({ id }) => id));
  const id = serves?.ok === true && serves.status === 200 ? serves.text.trim() : undefined;
  return {
    has: (unpackedOf(observed, application) ?? []).filter((one) => known.has(one)),
    ...(id !== undefined && known.has(id) ? { serves: id } : {}),
    ...(result === undefined ? {} : { result }),
  };
}
