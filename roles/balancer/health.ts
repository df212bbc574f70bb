import type { Health } from '../model/facts.ts';
import type { Observed } from '../model/observed.ts';
import { servicesHealth } from '../model/service-health.ts';
import { selfOf, type View } from '../model/view.ts';
import { vipsOf } from '../model/vip.ts';
import type { RoleInput } from '../role.ts';
import { waitingIn } from './certificates.ts';
import { instancesOf } from './instances.ts';
import { questionOf } from './observed.ts';
import { webRoster } from './rosters.ts';
import { haproxy, keepalived } from './service.ts';
import type { BalancerSettings } from './settings.ts';

/** Ready when a request through port 80 comes back from PHP behind it, and keepalived runs where it shares an address. */
export function health({ view, observed }: RoleInput<BalancerSettings>): Health {
  const trouble = servicesHealth(observed, [haproxy]);
  if (trouble !== undefined) return trouble;
  const site = observed.answers['site'];
  if (site?.ok === true && site.status === 200) return keyless(view) ?? sharing(view, observed);
  const behind = webRoster(view, observed).endpoints.filter((endpoint) => endpoint.state === 'ready').length;
  if (behind === 0) return { state: 'starting', reason: 'no web server has proved itself yet' };
  if (site === undefined) return { state: 'starting', reason: 'port 80 is being asked' };
  return { state: 'failing', reason: `port 80 ${site.ok ? `says ${site.status}` : site.error}` };
}

/** A balancer that lacks a key would turn users away who come by https. */
function keyless(view: View): Health | undefined {
  const [name] = waitingIn(view);
  if (name === undefined) return undefined;
  return { state: 'starting', reason: `the key of the certificate ${name} is not sealed to this node yet` };
}

const answers = 'port 80 answers through to PHP';

/** Who holds the address is asked of the kernel, not of keepalived. */
function sharing(view: View, observed: Observed): Health {
  const vips = vipsOf(view);
  if (vips.length === 0) return { state: 'ready', reason: answers };
  if (instancesOf(view).length === 0) {
    return { state: 'ready', reason: `${answers}; ${reasonApart(view)}` };
  }
  const trouble = servicesHealth(observed, [keepalived]);
  if (trouble !== undefined) return trouble;
  const holds = vips.filter(({ address }) => observed.answers[questionOf(address)]?.ok === true);
  const list = (all: typeof vips): string => all.map(({ address }) => address).join(' and ');
  const part = holds.length > 0 ? `holds ${list(holds)}` : `stands by for ${list(vips)}`;
  return { state: 'ready', reason: `${answers}; ${part}` };
}

/** Why this node cannot hold a shared address. */
function reasonApart(view: View): string {
  const addresses = vipsOf(view).map(({ address }) => address);
  if (selfOf(view).facts?.hardware.init !== 'systemd') {
    return `without systemd it takes no part in ${addresses.join(' and ')}`;
  }
  return `no interface of this machine is in the network of ${addresses.join(' or ')}`;
}
