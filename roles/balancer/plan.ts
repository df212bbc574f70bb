import { cachedSettingsOf } from '../model/cached.ts';
import { restartDropIn } from '../model/drop-in.ts';
import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
import type { FileSpec, Step } from '../model/step.ts';
import { selfOf, type View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
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
  return [
    ...ensurePackages(observed, packagesOf(view), 'the balancer'),
    ...ensureFiles(observed, files),
    ...ensureService(observed, haproxy, files),
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

/** The files of this role; their texts hang on settings, hardware and roster alone. */
function filesOf({ view, settings, observed }: Input): FileSpec[] {
  const hardware = selfOf(view).facts?.hardware ?? unknownHardware;
  const threads = threadsOf(hardware);
  const maxConnections = connections(settings, hardware.openFiles);
  const shares = instancesOf(view).length > 0;
  const cached = cachedSettingsOf(view);
  const config = ({ web, cache }: Pick<HaproxyInput, 'web' | 'cache'>): string =>
    haproxyConfig({ settings, maxConnections, threads, shares, web, cache, cached });
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
