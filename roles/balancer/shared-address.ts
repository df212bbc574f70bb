import { restartDropIn } from '../model/drop-in.ts';
import { ensureFiles, ensureOff, ensureService, serviceFingerprint } from '../model/ensure.ts';
import type { Observed } from '../model/observed.ts';
import type { AwaitStep, FileSpec, Step, VacantStep } from '../model/step.ts';
import { type NodeView, selfOf, type View } from '../model/view.ts';
import { vipsOf } from '../model/vip.ts';
import { drainValue, shedSteps } from './handover.ts';
import { instancesOf, othersOf } from './instances.ts';
import { haproxy, keepalived, keepalivedPath } from './service.ts';
import { drainTrack, groupIn, keepalivedConfig } from './vrrp.ts';

/** Everything about the shared address, last in the plan: it may have to wait for others. */
export function sharedAddressSteps(view: View, observed: Observed): Step[] {
  const vips = vipsOf(view);
  if (vips.length === 0) return ensureOff(observed, [keepalived], 'no address is shared any more');
  if (instancesOf(view).length === 0) {
    // An interface that is gone for the moment is no reason to forget about it; an address elsewhere is one.
    const text = observed.texts[keepalivedPath] ?? '';
    if (vips.some(({ address }) => text.includes(`    ${address}`))) return [];
    return ensureOff(observed, [keepalived], 'the shared address is in no network of this machine');
  }
  const files = addressFiles(view, observed);
  const service = ensureService(observed, keepalived, files);
  return [
    ...service.filter(({ action }) => action === 'disable'),
    ...shedSteps(view, observed),
    ...peersFirst(view, observed),
    ...ensureFiles(observed, files),
    ...service.filter(({ action }) => action !== 'disable'),
  ];
}

/**
 * keepalived begins once every present balancer writes to this node: one that is not written to hears no master and
 * becomes a second one. A silent agent cannot say whether its keepalived does; then the address itself is asked for, and
 * left to whoever answers.
 */
function peersFirst(view: View, observed: Observed): Step[] {
  if (runs(observed)) return [];
  const others = othersOf(view).map(({ node }) => view.nodes.find(({ record }) => record.id === node));
  const heard = others.filter((node) => node !== undefined).filter(canTell);
  const silent = others.length > heard.length;
  return [...(heard.length > 0 ? untilKnown(view, heard) : []), ...(silent ? vacancies(view) : [])];
}

/** What it says of itself is of now, or it can be awaited. */
function canTell({ verdict, facts }: NodeView): boolean {
  return verdict === 'alive' || verdict === 'suspect' || (verdict === 'unmanaged' && facts !== undefined);
}

function untilKnown(view: View, heard: readonly NodeView[]): AwaitStep[] {
  const sources = [...new Set(instancesOf(view).map(({ source }) => source))];
  const nodes = heard.map(({ record }) => record.id);
  const why = 'every balancer that is there has to know of this one before it may take the address';
  return sources.map((revision) => ({ kind: 'await', role: 'balancer', revision, nodes, why }));
}

function vacancies(view: View): VacantStep[] {
  const why = 'it may be held by a balancer whose agent is not heard here, and must not be held twice';
  return instancesOf(view).map(({ address }) => ({ kind: 'vacant', address, why }));
}

function runs(observed: Observed): boolean {
  const active = observed.services[keepalived.unit]?.active;
  return active === 'active' || active === 'activating';
}

function addressFiles(view: View, observed: Observed): readonly FileSpec[] {
  return [
    drainFile(view, observed),
    configFor(view, observed),
    restartDropIn('balancer', keepalived, { unit: [`After=${haproxy.unit}`] }),
  ];
}

/** By it the agent tells keepalived to give the address up. */
export function drainFile(view: View, observed: Observed): FileSpec {
  return file(drainTrack, `${drainValue(view, observed)}\n`);
}

/** While the facts of a member are not there, after a start of the agent, it is not known where it is written to. */
function configFor(view: View, observed: Observed): FileSpec {
  const planned = configOf(view);
  const members = new Set(othersOf(view).map(({ node }) => node));
  const unknown = view.nodes.some(({ record, facts }) => members.has(record.id) && facts === undefined);
  const text = observed.texts[keepalivedPath];
  return runs(observed) && unknown && text !== undefined ? { ...planned, content: text } : planned;
}

function configOf(view: View): FileSpec {
  const content = keepalivedConfig(selfOf(view).record.name, instancesOf(view));
  return {
    ...file(keepalivedPath, content),
    check: ['/usr/sbin/keepalived', '--config-test', '--use-file={}'],
    unit: keepalived.unit,
  };
}

function file(path: string, content: string): FileSpec {
  return { path, content, mode: 0o644, owner: 'root:root' };
}

/**
 * The addresses that keepalived here writes to and from, for `facts.applied`: as it runs with them or, while it does
 * not run, as it will begin with them. Empty while that is not sure.
 */
export function groupInForce(view: View, observed: Observed): readonly string[] {
  if (instancesOf(view).length === 0) return [];
  const planned = configOf(view);
  const text = observed.texts[keepalivedPath];
  if (!runs(observed)) return text === undefined || text === planned.content ? groupIn(planned.content) : [];
  if (text === undefined) return [];
  const loaded = serviceFingerprint(keepalived, [{ ...planned, content: text }]);
  return observed.loaded[keepalived.unit] === loaded ? groupIn(text) : [];
}
