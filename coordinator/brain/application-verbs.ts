import { type Application, type ReleaseFacts, releaseOf } from '../../roles/model/application.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { decode } from '../store/codec.ts';
import { applicationKey } from '../store/keys.ts';
import type { Change } from './change.ts';

/** The application of this name. Throws `not-found`. */
export function applicationNamed(applications: readonly Application[], name: string): Application {
  const found = applications.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = applications.map((one) => one.name).join(', ');
  throw new MusterError('not-found', {
    what: `there is no application ${name}`,
    why: names === '' ? 'there is none yet' : `the applications are ${names}`,
    next: `muster app create ${name} --domain DOMAIN, or muster app ls`,
  });
}

function storedIn(snapshot: Snapshot): readonly Application[] {
  return Object.values(decode(snapshot).applications);
}

function change(snapshot: Snapshot, application: Application, sentence: string): Change {
  const key = applicationKey(application.name);
  return {
    transaction: {
      conditions: [{ key, modRevision: snapshot.entries[key]?.modRevision ?? 0 }],
      put: { [key]: JSON.stringify(application) },
    },
    sentences: [sentence],
  };
}

/** `app create NAME --domain D`. Throws `not-allowed` where the name or a domain is taken. */
export function createApplication(snapshot: Snapshot, name: string, domains: readonly string[]): Change {
  const others = storedIn(snapshot);
  if (others.some((one) => one.name === name)) {
    throw refused(
      `there is an application ${name} already`,
      'names are given once',
      `muster app show ${name}`,
    );
  }
  for (const domain of domains) {
    const holder = others.find((one) => one.domains.includes(domain));
    if (holder === undefined) continue;
    throw refused(
      `${domain} belongs to ${holder.name} already`,
      'a domain leads to one application',
      'muster app ls',
    );
  }
  const application: Application = {
    name,
    domains: [...new Set(domains)],
    releases: [],
    counted: 0,
    attempts: 0,
    environment: { names: [], version: 0 },
  };
  return change(snapshot, application, `the application ${name} is made, at ${domains.join(', ')}`);
}

/** `app rm NAME`: what it wrote stays where it is. */
export function removeApplication(snapshot: Snapshot, name: string): Change {
  applicationNamed(storedIn(snapshot), name);
  const key = applicationKey(name);
  return {
    transaction: {
      conditions: [{ key, modRevision: snapshot.entries[key]?.modRevision ?? 0 }],
      remove: [key],
    },
    sentences: [`the application ${name} is removed; its uploads and its database are left`],
  };
}

/** A new release begins its way. Throws `not-allowed` while another is on its way. */
export function beginRelease(
  snapshot: Snapshot,
  name: string,
  facts: ReleaseFacts,
  { from, now }: { readonly from: NodeId; readonly now: Date },
): Change & { readonly release: string } {
  const application = applicationNamed(storedIn(snapshot), name);
  refuseSecond(application);
  const counted = application.counted + 1;
  const attempt = application.attempts + 1;
  const release = `r${String(counted)}`;
  const at = now.toISOString();
  const { failed: _failed, ...rest } = application;
  const after: Application = {
    ...rest,
    counted,
    attempts: attempt,
    releases: [...application.releases, { id: release, at, from, ...facts }],
    next: { release, phase: 'spread', since: at, back: false, attempt },
  };
  return { ...change(snapshot, after, `${release} of ${name} is on its way to the web nodes`), release };
}

/** `app rollback NAME [RELEASE]`: the one before, unless told otherwise. Throws `not-found`, `not-allowed`. */
export function beginRollback(
  snapshot: Snapshot,
  name: string,
  wanted: string | undefined,
  now: Date,
): Change & { readonly release: string } {
  const application = applicationNamed(storedIn(snapshot), name);
  refuseSecond(application);
  const release = wanted ?? application.former ?? '';
  const ids = application.releases.map(({ id }) => id);
  if (releaseOf(application, release) === undefined) {
    throw new MusterError('not-found', {
      what:
        wanted === undefined ? `${name} has no release before this one` : `${name} has no release ${wanted}`,
      why: ids.length === 0 ? 'nothing was deployed yet' : `there are ${ids.join(', ')}`,
      next: `muster app releases ${name}`,
    });
  }
  if (release === application.current) {
    throw refused(
      `${name} serves ${release} already`,
      'there is nothing to go back to',
      `muster app releases ${name}`,
    );
  }
  const { failed: _failed, ...rest } = application;
  const attempts = application.attempts + 1;
  const since = now.toISOString();
  const next = { release, phase: 'spread', since, back: true, attempt: attempts } as const;
  return { ...change(snapshot, { ...rest, attempts, next }, `${name} goes back to ${release}`), release };
}

/** A change of its variables, whose values go into the same transaction as a secret. */
export function changeVariables(snapshot: Snapshot, name: string, names: readonly string[]): Change {
  const application = applicationNamed(storedIn(snapshot), name);
  const environment = { names: [...names].sort(), version: application.environment.version + 1 };
  return change(snapshot, { ...application, environment }, `the environment of ${name} is changed`);
}

/** Stored pages that are being made old hold nobody up: the end of the next one makes them old as well. */
function refuseSecond({ name, next }: Application): void {
  if (next === undefined || next.purged !== undefined) return;
  throw refused(
    `${next.release} of ${name} is on its way already`,
    'one release goes at a time',
    `muster app show ${name}, and the same command again once it has ended`,
  );
}

function refused(what: string, why: string, next: string): MusterError {
  return new MusterError('not-allowed', { what, why, next });
}
