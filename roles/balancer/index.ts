import { cacheMark, joinRevisions } from '../model/applied.ts';
import { certificateRevision, challengeRevision } from '../model/certificate.ts';
import { listen } from '../model/listen.ts';
import type { NodeId } from '../model/node.ts';
import type { Observed } from '../model/observed.ts';
import type { Slot } from '../model/slots.ts';
import { inSlots, runningSlots } from '../model/slots-observed.ts';
import { selfOf, type View } from '../model/view.ts';
import { vipsOf } from '../model/vip.ts';
import type { Role, RoleInput } from '../role.ts';
import { certificatePaths, waitingIn } from './certificates.ts';
import { health } from './health.ts';
import { instancesOf } from './instances.ts';
import { leave } from './leave.ts';
import { configPath, questionOf, wants } from './observed.ts';
import { isInForce, plan } from './plan.ts';
import { prefixesPath, purgesInForce, urlsPath } from './purges.ts';
import { webRoster } from './rosters.ts';
import { haproxy, keepalived, keepalivedPath } from './service.ts';
import { BalancerSettings } from './settings.ts';
import { groupInForce } from './shared-address.ts';
import { drainTrack } from './vrrp.ts';

/** HAProxy in front of the web tier. */
export const balancer: Role<BalancerSettings> = {
  name: 'balancer',
  summary: 'takes the requests on ports 80 and 443 and spreads them over the web servers',
  packages: ['haproxy'],
  settings: BalancerSettings,
  units: [haproxy.unit, keepalived.unit],
  ports: [listen.http, listen.https, listen.origin],
  // keepalived last: it is the first to end.
  services: ({ view }) => (mayShare(view) ? [haproxy, keepalived] : [haproxy]),
  wants: ({ view, settings }) => wants([...certificatePaths(view, settings), ...pathsOf(view)], view),
  plan,
  health,
  leave,
  applied: (input) => {
    const { view, observed } = input;
    return joinRevisions(
      ...rosterInForce(view, observed),
      ...purgesInForce(view, observed),
      ...groupInForce(view, observed),
      ...held(view, observed),
      ...tlsInForce(input),
    );
  },
};

/** Whose challenges it answers, and which certificates it shows: what is loaded, not what is written. */
function tlsInForce(input: RoleInput<BalancerSettings>): readonly string[] {
  if (!isInForce(input)) return [];
  const { acme, certificates = {} } = input.view;
  const shown = input.settings.https === 'off' ? [] : Object.keys(certificates);
  const waiting = waitingIn(input.view);
  return [
    ...(acme === undefined ? [] : [challengeRevision(acme)]),
    ...shown
      .filter((name) => !waiting.includes(name))
      .flatMap((name) => {
        const certificate = certificates[name];
        return certificate === undefined ? [] : [certificateRevision(name, certificate)];
      }),
  ];
}

/** The shared addresses that are on this machine now. */
function held(view: View, observed: Observed): readonly string[] {
  const addresses = vipsOf(view).map(({ address }) => address);
  return addresses.filter((address) => observed.answers[questionOf(address)]?.ok === true);
}

/** The roster's revision and who gets traffic by it, so that a server that goes can await the last word to it. */
function rosterInForce(view: View, observed: Observed): readonly string[] {
  const running = runningSlots(observed.answers['slots'], 'web');
  // Nothing is in force while HAProxy does not run.
  if (running === undefined) return [];
  const caches = runningSlots(observed.answers['slots'], 'cache') ?? [];
  const servedBy = (slots: readonly Slot[]): readonly NodeId[] =>
    view.nodes
      .filter(({ record }) => inSlots(slots, record.ordinal, record.address)?.state === 'ready')
      .map(({ record }) => record.id);
  return [webRoster(view, observed).revision, ...servedBy(running), ...servedBy(caches).map(cacheMark)];
}

/** Whoever no longer carries the role ends all of it, whatever the settings have become meanwhile. */
function mayShare(view: View): boolean {
  return instancesOf(view).length > 0 || !selfOf(view).roles.includes('balancer');
}

function pathsOf(view: View): readonly string[] {
  const dropIn = (unit: string): string => `/etc/systemd/system/${unit}.d/50-muster.conf`;
  const always = [configPath, prefixesPath, urlsPath];
  if (selfOf(view).facts?.hardware.init !== 'systemd') return always;
  if (vipsOf(view).length === 0) return [...always, dropIn(haproxy.unit)];
  return [...always, dropIn(haproxy.unit), keepalivedPath, dropIn(keepalived.unit), drainTrack];
}
