import { restartDropIn } from '../model/drop-in.ts';
import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
import { listen } from '../model/listen.ts';
import type { Observed } from '../model/observed.ts';
import { type Roster, rosterOf } from '../model/roster.ts';
import { type Slot, slotCommands, slotsOf } from '../model/slots.ts';
import { inSlots, runningSlots, writtenSlots } from '../model/slots-observed.ts';
import type { FileSpec, Step } from '../model/step.ts';
import { selfOf, type View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import { instancesOf } from './instances.ts';
import { configPath, runtimeSocket } from './observed.ts';
import { haproxy } from './service.ts';
import type { BalancerSettings } from './settings.ts';
import { sharedAddressSteps } from './shared-address.ts';
import { connections, threadsOf } from './sizing.ts';
import { haproxyConfig } from './templates.ts';
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

/** `once` follows the states of `web`: it must know its address before `web` lets traffic in. */
const backends = ['once', 'web'] as const;

type Input = RoleInput<BalancerSettings>;

export function plan(input: Input): Step[] {
  const { view, observed } = input;
  const files = filesOf(input);
  return [
    ...ensurePackages(observed, packagesOf(view), 'the balancer'),
    ...ensureFiles(observed, files),
    ...ensureService(observed, haproxy, files),
    ...rosterSteps(input),
    ...sharedAddressSteps(view, observed),
  ];
}

function packagesOf(view: View): readonly string[] {
  return instancesOf(view).length > 0 ? ['haproxy', 'keepalived'] : ['haproxy'];
}

/** Brings HAProxy's running slots to the roster, without a reload. Nothing while HAProxy does not answer. */
export function rosterSteps(input: Input): Step[] {
  const answer = input.observed.answers['slots'];
  if (runningSlots(answer, 'web') === undefined) return [];
  const roster = webRoster(input.view, input.observed);
  const commands = backends.flatMap((backend) => {
    const running = runningSlots(answer, backend) ?? [];
    return slotsOf(roster, listen.web).flatMap((wanted) =>
      slotCommands(
        backend,
        running.find((slot) => slot.number === wanted.number),
        wanted,
      ),
    );
  });
  if (commands.length === 0) return [];
  const ready = roster.endpoints.filter((endpoint) => endpoint.state === 'ready').length;
  const why = `the roster of web servers has changed: ${ready} of ${roster.endpoints.length} ready`;
  return [{ kind: 'runtime', socket: runtimeSocket, commands, why }];
}

/** The roster now in force decides about those of whom nothing is known yet: never an empty one from ignorance. */
export function webRoster(view: View, observed: Observed): Roster {
  const slots =
    runningSlots(observed.answers['slots'], 'web') ?? writtenSlots(observed.texts[configPath], 'web');
  return rosterOf(view, 'web', (node) => inSlots(slots, node.record.ordinal, node.record.address));
}

/** What is assumed of a node whose hardware is not known yet: little. */
const unknownHardware = { cores: 1, openFiles: 1_024, limited: false, init: 'none' as const };

/** The files of this role; their texts hang on settings, hardware and roster alone. */
function filesOf({ view, settings, observed }: Input): FileSpec[] {
  const hardware = selfOf(view).facts?.hardware ?? unknownHardware;
  const threads = threadsOf(hardware);
  const maxConnections = connections(settings, hardware.openFiles);
  const shares = instancesOf(view).length > 0;
  const config = (web: readonly Slot[]): string =>
    haproxyConfig({ settings, maxConnections, threads, shares, web });
  const file: FileSpec = {
    path: configPath,
    content: config(slotsOf(webRoster(view, observed), listen.web)),
    reloadKey: config([]),
    mode: 0o644,
    owner: 'root:root',
    check: ['/usr/sbin/haproxy', '-c', '-q', '-f', '{}'],
    unit: haproxy.unit,
  };
  if (hardware.init !== 'systemd') return [file];
  const service = shares ? [...softStop, ...tellKeepalived] : softStop;
  return [file, restartDropIn('balancer', haproxy, { service })];
}
