import { cachedSettingsOf } from '../model/cached.ts';
import { restartDropIn } from '../model/drop-in.ts';
import { ensureFiles, ensurePackages, ensureService, serviceFingerprint } from '../model/ensure.ts';
import type { FileSpec, Step } from '../model/step.ts';
import { selfOf, type View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import { certificateFiles, servedIn, staleFiles } from './certificates.ts';
import { instancesOf } from './instances.ts';
import { configPath } from './observed.ts';
import { purgeFiles, purgeSteps } from './purges.ts';
import { rosterSteps, slotsByBackend } from './rosters.ts';
import { haproxy } from './service.ts';
import type { BalancerSettings } from './settings.ts';
import { sharedAddressSteps } from './shared-address.ts';
import { connections, threadsOf } from './sizing.ts';
import { type HaproxyInput, haproxyConfig } from './templates.ts';
import { haproxyTrack } from './vrrp.ts';

/**
 * A stop lets requests in flight end: HAProxy takes no more and is gone with the last of them, at once when there is none.
 * Long ones are cut after 15 s: a machine that is to power off must not wait for them.
 */
const softStop = ['KillSignal=SIGUSR1', 'TimeoutStopSec=15s'];

/**
 * The moment HAProxy ends keepalived knows, and gives the address up, without the agent: systemd itself writes its track
 * file, at a stop before HAProxy turns anyone away. `-`: a disk that takes nothing must not keep HAProxy from starting.
 */
const tellKeepalived = [
  `ExecStartPost=-/bin/sh -c 'echo 0 >${haproxyTrack}'`,
  `ExecStop=-/bin/sh -c 'echo 1 >${haproxyTrack}'`,
  `ExecStopPost=-/bin/sh -c 'echo 1 >${haproxyTrack}'`,
];

type Input = RoleInput<BalancerSettings>;

export function plan(input: Input): Step[] {
  const { view, observed } = input;
  const files = filesOf(input);
  const unused = 'no configuration names it any more';
  return [
    ...ensurePackages(observed, packagesOf(view), 'the balancer'),
    ...ensureFiles(observed, files),
    ...ensureService(observed, haproxy, files),
    ...staleFiles(observed, files, unused),
    ...rosterSteps(view, observed),
    ...purgeSteps(view, observed),
    ...sharedAddressSteps(view, observed),
  ];
}

function packagesOf(view: View): readonly string[] {
  return instancesOf(view).length > 0 ? ['haproxy', 'keepalived'] : ['haproxy'];
}

/** What is assumed of a node whose hardware is not known yet: little. */
const unknownHardware = { cores: 1, openFiles: 1_024, limited: false, init: 'none' as const };

/** Whether HAProxy runs with its files as they shall be. */
export function isInForce(input: Input): boolean {
  return input.observed.loaded[haproxy.unit] === serviceFingerprint(haproxy, filesOf(input));
}

/** The certificates first: HAProxy's checker reads them with its configuration. */
function filesOf(input: Input): FileSpec[] {
  return [...certificateFiles(input.view, input.settings), ...configFiles(input)];
}

/** HAProxy's own; their texts hang on settings, hardware, roster and the names of certificates alone. */
function configFiles({ view, settings, observed }: Input): FileSpec[] {
  const hardware = selfOf(view).facts?.hardware ?? unknownHardware;
  const threads = threadsOf(hardware);
  const maxConnections = connections(settings, hardware.openFiles);
  const shares = instancesOf(view).length > 0;
  const tls = servedIn(view, settings);
  const frontends = {
    ...(tls === undefined ? {} : { tls }),
    ...(view.acme === undefined ? {} : { thumbprint: view.acme.thumbprint }),
  };
  const cached = cachedSettingsOf(view);
  const config = ({ web, cache }: Pick<HaproxyInput, 'web' | 'cache'>): string =>
    haproxyConfig({ settings, maxConnections, threads, shares, web, cache, cached, ...frontends });
  const file: FileSpec = {
    path: configPath,
    content: config(slotsByBackend(view, observed)),
    reloadKey: config({ web: [], cache: [] }),
    mode: 0o644,
    owner: 'root:root',
    check: ['/usr/sbin/haproxy', '-c', '-q', '-f', '{}'],
    unit: haproxy.unit,
  };
  const all = [...purgeFiles(view), file];
  if (hardware.init !== 'systemd') return all;
  const service = shares ? [...softStop, ...tellKeepalived] : softStop;
  return [...all, restartDropIn('balancer', haproxy, { service })];
}
