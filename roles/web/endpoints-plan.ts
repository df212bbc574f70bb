import { readers, type UsedNow, writers } from '../model/database-roster.ts';
import { ensureFiles, ensureService } from '../model/ensure.ts';
import type { Details } from '../model/facts.ts';
import { listen } from '../model/listen.ts';
import type { Observed } from '../model/observed.ts';
import type { Roster } from '../model/roster.ts';
import { slotCommands, slotsOf } from '../model/slots.ts';
import { answeringSlots, inSlots, runningSlots, writtenSlots } from '../model/slots-observed.ts';
import type { FileSpec, RuntimeStep, Step } from '../model/step.ts';
import { carriersOf, selfOf, type View } from '../model/view.ts';
import { endpoints, endpointsConfig, endpointsSocket, endpointsUnitFile } from './endpoints.ts';
import {
  type Backend,
  type BackendSlots,
  backends,
  endpointsText,
  endpointsUnit,
} from './endpoints-texts.ts';
import type { WebSettings } from './settings.ts';
import { endpointConnections, endpointThreads } from './sizing.ts';

/** What is assumed of a node whose hardware is not known yet: little. */
const unknownHardware = { cores: 1, memoryMiB: 512, openFiles: 1_024, init: 'none' as const };

interface Input {
  readonly view: View;
  readonly settings: WebSettings;
  readonly observed: Observed;
}

/** Keeps the endpoints running, and their slots where the databases are now; no change of these is a reload. */
export function ensureEndpoints(input: Input): Step[] {
  const files = endpointsFiles(input);
  return [
    ...ensureFiles(input.observed, files),
    ...ensureService(input.observed, endpoints, files),
    ...slotSteps(input.view, input.observed),
  ];
}

/** Where the databases are now, by HAProxy's own answer; nothing while it does not answer. */
export function slotSteps(view: View, observed: Observed): RuntimeStep[] {
  const answer = observed.answers['endpoints'];
  const running = (backend: Backend): ReturnType<typeof runningSlots> => runningSlots(answer, backend);
  if (!backends.every((backend) => (running(backend)?.length ?? 0) > 0)) return [];
  const wanted = slotsFor(view, observed);
  const changes = (backend: Backend): readonly (readonly string[])[] =>
    wanted[backend].map((slot) =>
      slotCommands(
        backend,
        running(backend)?.find(({ number }) => number === slot.number),
        slot,
      ),
    );
  // Whoever is to get no more writes leaves before another gets them: at no moment do two take them. HAProxy cuts its
  // clients off with that (on-marked-down), so that nobody goes on writing there.
  const writes = changes('writes');
  const left = writes.filter((commands) => commands.at(-1)?.endsWith('state maint') === true);
  const entered = writes.filter((commands) => !left.includes(commands));
  // Whoever is to be read from enters before another one leaves: at no moment is there nobody.
  const reads = changes('reads').toSorted((one, other) => Number(enters(other)) - Number(enters(one)));
  const commands = [...left, ...changes('servers'), ...reads, ...entered].flat();
  if (commands.length === 0) return [];
  const epoch = view.database === undefined ? {} : { epoch: view.database.epoch };
  return [{ kind: 'runtime', socket: endpointsSocket, commands, ...epoch, why: reasonFor(view, wanted) }];
}

function enters(commands: readonly string[]): boolean {
  return commands.at(-1)?.endsWith('state ready') === true;
}

function reasonFor(view: View, { writes, reads }: BackendSlots): string {
  const names = (slots: BackendSlots[Backend]): string => {
    const ready = new Set(slots.filter(({ state }) => state === 'ready').map(({ number }) => number));
    const nodes = view.nodes.filter(({ record }) => ready.has(record.ordinal));
    return nodes.map(({ record }) => record.name).join(', ') || 'nobody';
  };
  return `writes go to ${names(writes)}, reads to ${names(reads)}`;
}

/** Where this node sends writes and reads now, as HAProxy runs or, before it does, as its file has it. */
function usedIn(observed: Observed, backend: Backend): UsedNow {
  const slots =
    runningSlots(observed.answers['endpoints'], backend) ??
    writtenSlots(observed.texts[endpointsConfig], backend);
  return ({ record }) => inSlots(slots, record.ordinal, record.address)?.state;
}

/** The rosters of writes and reads, as they shall be. */
function endpointRosters(view: View, observed: Observed): Record<'writes' | 'reads', Roster> {
  return {
    writes: writers(view, usedIn(observed, 'writes')),
    reads: readers(view, usedIn(observed, 'reads')),
  };
}

function slotsFor(view: View, observed: Observed): BackendSlots {
  const { writes, reads } = endpointRosters(view, observed);
  const watched: Roster = {
    ...writes,
    endpoints: writes.endpoints.map((endpoint) => ({ ...endpoint, state: 'ready' })),
  };
  return {
    servers: slotsOf(watched, listen.database),
    writes: slotsOf(writes, listen.database),
    reads: slotsOf(reads, listen.database),
  };
}

/** The texts hang on settings, hardware and rosters alone. */
function endpointsFiles({ view, settings, observed }: Input): FileSpec[] {
  const hardware = selfOf(view).facts?.hardware ?? unknownHardware;
  const sizes = {
    maxConnections: endpointConnections(settings, hardware),
    threads: endpointThreads(hardware.cores),
  };
  const none = { servers: [], writes: [], reads: [] };
  const common = { mode: 0o644, owner: 'root:root', unit: endpoints.unit };
  const config: FileSpec = {
    ...common,
    path: endpointsConfig,
    content: endpointsText({ ...sizes, slots: slotsFor(view, observed) }),
    reloadKey: endpointsText({ ...sizes, slots: none }),
    check: ['/usr/sbin/haproxy', '-c', '-q', '-f', '{}'],
  };
  if (hardware.init !== 'systemd') return [config];
  return [config, { ...common, path: endpointsUnitFile, content: endpointsUnit() }];
}

/** The databases that writes or new reads of this node go to, for `facts.applied`: who ends one waits for it. */
export function databasesInUse(view: View, observed: Observed): readonly string[] {
  const uses = [usedIn(observed, 'writes'), usedIn(observed, 'reads')];
  return carriersOf(view, 'db')
    .filter((node) => uses.some((used) => used(node) === 'ready'))
    .map(({ record }) => record.id);
}

/** Whether a database answers this node for writes and for reads: `up`, `down`, or `none` where there is none to ask. */
export function endpointDetails(observed: Observed): Details {
  const answer = observed.answers['endpoints'];
  return Object.fromEntries(
    (['writes', 'reads'] as const).flatMap((backend) => {
      const slots = runningSlots(answer, backend);
      if (slots === undefined) return [];
      const ready = slots.filter(({ state }) => state === 'ready');
      const answering = answeringSlots(answer, backend);
      const up = ready.some(({ number }) => answering.includes(number));
      return [[backend, ready.length === 0 ? 'none' : up ? 'up' : 'down']];
    }),
  );
}
