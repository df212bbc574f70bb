import { type Application, keptReleases, type Phase, releaseOf } from '../../roles/model/application.ts';
import { applicationWords, servingNodes } from '../../roles/model/application-facts.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { notPurgedYet } from '../../roles/model/purging.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import { decode } from '../store/codec.ts';
import { applicationKey } from '../store/keys.ts';
import type { Change } from './change.ts';
import { sitePurges } from './purge.ts';
import { runnerChange } from './runners.ts';

/**
 * How long a phase may last, in milliseconds. A large archive over a slow network takes minutes; a release command may
 * be a migration, and has its own limit; a health path and a reload of Apache take seconds.
 * In `purge` it is for the web nodes after a switch that was taken back; what was purged is waited for without an end,
 * and keeps no other release from its way.
 */
const patienceMs: Readonly<Record<Phase, number>> = {
  spread: 600_000,
  command: 1_200_000,
  prove: 90_000,
  switch: 60_000,
  purge: 60_000,
};

type Next = NonNullable<Application['next']>;

/** What an application becomes, and the sentence that says why. */
interface Step {
  readonly application: Application;
  readonly sentence: string;
  /** Stored pages are made old with it. */
  readonly purges?: true;
}

/** Brings releases on their way one phase further, or ends them, and says who runs what is run once. */
export function applications(view: View, snapshot: Snapshot, now: Date): readonly Change[] {
  return Object.values(decode(snapshot).applications).flatMap((application): Change[] => {
    const step = advance(view, application, now) ?? runnerChange(view, application);
    return step === undefined ? [] : [written(snapshot, step, now)];
  });
}

function written(snapshot: Snapshot, { application, sentence, purges }: Step, now: Date): Change {
  const key = applicationKey(application.name);
  const conditions = [{ key, modRevision: snapshot.entries[key]?.modRevision ?? 0 }];
  const sentences = [sentence];
  if (purges === undefined) {
    return { transaction: { conditions, put: { [key]: JSON.stringify(application) } }, sentences };
  }
  const { transaction, version } = sitePurges(snapshot, application.domains, now.getTime());
  const { next } = application;
  const after = next === undefined ? application : { ...application, next: { ...next, purged: version } };
  return {
    transaction: {
      conditions: [...conditions, ...transaction.conditions],
      put: { ...transaction.put, [key]: JSON.stringify(after) },
    },
    sentences,
  };
}

/** The next phase of what is on its way; undefined while it is waited for, or nothing is. */
export function advance(view: View, application: Application, now: Date): Step | undefined {
  const { next } = application;
  if (next === undefined) return undefined;
  const nodes = servingNodes(view);
  const fault = faultOf(nodes, application, next);
  if (fault !== undefined) return ended(application, next, fault, now);
  const missing = waitedFor(view, application);
  if (missing.length === 0 && nodes.length > 0) return further(nodes, application, next, now);
  if (now.getTime() - Date.parse(next.since) < patienceMs[next.phase]) return undefined;
  const names = missing.map(({ record }) => record.name).join(', ') || 'no web server is ready';
  if (next.phase === 'purge')
    return next.purged === undefined ? purging(application, next, { now, names }) : undefined;
  return ended(application, next, `it took too long (${words[next.phase]}): ${names}`, now);
}

const words: Readonly<Record<Phase, string>> = {
  spread: 'unpacking',
  command: 'its release command',
  prove: 'its health path',
  switch: 'switching',
  purge: 'making stored pages old',
};

/** Who has not done yet what the phase is for. */
export function waitedFor(view: View, application: Application): readonly NodeView[] {
  const { next, name } = application;
  if (next === undefined) return [];
  const { release, phase, node, attempt, purged } = next;
  if (purged !== undefined) return notPurgedYet(view, purged);
  return servingNodes(view).filter((one) => {
    const { has, serves, result } = applicationWords(one, name);
    if (phase === 'spread') return !has.includes(release);
    if (phase === 'switch' || phase === 'purge') return serves !== release;
    if (phase === 'command' && one.record.id !== node) return false;
    const wanted = phase === 'command' ? 'ran' : 'proved';
    return !(result?.kind === wanted && result.attempt === attempt);
  });
}

/** What a node found that ends it; or that the one who runs the command is gone. */
function faultOf(nodes: readonly NodeView[], { name }: Application, next: Next): string | undefined {
  if (next.phase === 'switch' || next.phase === 'purge') return undefined;
  for (const node of nodes) {
    const { result } = applicationWords(node, name);
    if (result?.kind === 'fault' && result.attempt === next.attempt) {
      return `${node.record.name}: ${result.why}`;
    }
  }
  if (next.phase !== 'command' || nodes.some(({ record }) => record.id === next.node)) return undefined;
  return 'the node that ran its release command is gone, and nobody knows how far it came';
}

function further(nodes: readonly NodeView[], application: Application, next: Next, now: Date): Step {
  const { name } = application;
  const { release, phase, back, attempt } = next;
  const to = (later: Phase, more: Partial<Next> = {}): Application => ({
    ...application,
    next: { release, back, attempt, phase: later, since: now.toISOString(), ...more },
  });
  const runs = releaseOf(application, release)?.manifest.release !== undefined && !back;
  switch (phase) {
    case 'spread': {
      const [first] = nodes.toSorted((a, b) => a.record.ordinal - b.record.ordinal);
      if (!runs || first === undefined) {
        return { application: to('prove'), sentence: `${release} of ${name} is unpacked on all web nodes` };
      }
      const sentence = `${release} of ${name} is unpacked on all web nodes; ${first.record.name} runs its release command`;
      return { application: to('command', { node: first.record.id }), sentence };
    }
    case 'command':
      return { application: to('prove'), sentence: `the release command of ${release} of ${name} has run` };
    case 'prove': {
      const { current, failed: _failed, ...rest } = to('switch');
      const former = current === undefined || current === release ? {} : { former: current };
      const sentence = `${name} is switched to ${release}: it answers well on all web nodes`;
      return { application: { ...rest, ...former, current: release }, sentence };
    }
    case 'switch':
      return purging(application, next, { now });
    case 'purge':
      if (next.purged === undefined) return purging(application, next, { now });
      return {
        application: settled(application),
        sentence: `no stored page of ${name} is of another release`,
      };
  }
}

/** Only now: what is stored from here on was made by this release. `names`: those that are given up waiting for. */
function purging(
  application: Application,
  { release, back, attempt }: Next,
  { now, names }: { readonly now: Date; readonly names?: string },
): Step {
  const next: Next = { release, back, attempt, phase: 'purge', since: now.toISOString() };
  const { name } = application;
  const fact =
    names === undefined
      ? `all web nodes serve ${release} of ${name}`
      : `${release} of ${name} is not seen everywhere (${names})`;
  return {
    application: { ...application, next },
    sentence: `${fact}; its pages stored before count as old`,
    purges: true,
  };
}

/** Nothing is on its way any more; the oldest releases beyond those that are kept go, but never one in use. */
function settled({ next: _next, ...application }: Application): Application {
  const { releases, current, former } = application;
  const spare = releases.filter(({ id }) => id !== current && id !== former).map(({ id }) => id);
  const dropped = new Set(spare.slice(0, Math.max(0, releases.length - keptReleases)));
  return { ...application, releases: releases.filter(({ id }) => !dropped.has(id)) };
}

/**
 * Back to what was before, as if it had never been; what was switched to already is switched back, and what was stored
 * of it meanwhile is made old once nobody serves it.
 */
function ended(application: Application, next: Next, why: string, now: Date): Step {
  const { name } = application;
  const { release, phase, back, attempt } = next;
  const { current: _current, former, ...rest } = settled(application);
  const switched = phase === 'switch';
  const before = switched ? former : application.current;
  const releases = back ? rest.releases : rest.releases.filter(({ id }) => id !== release);
  const at = now.toISOString();
  return {
    application: {
      ...rest,
      releases,
      ...(before === undefined ? {} : { current: before }),
      ...(former === undefined || switched ? {} : { former }),
      ...(switched && before !== undefined
        ? { next: { release: before, phase: 'purge', since: at, back: true, attempt } }
        : {}),
      failed: { release, why, at },
    },
    sentence: `${release} of ${name} comes to nothing, and ${switched ? 'is taken back' : 'nothing is switched'}: ${why}`,
    ...(switched && before === undefined ? { purges: true } : {}),
  };
}
