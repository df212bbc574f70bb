import { listen } from '../model/listen.ts';
import type { Observed } from '../model/observed.ts';
import { type Roster, rosterOf } from '../model/roster.ts';
import { type Slot, slotCommands, slotCount, slotsOf } from '../model/slots.ts';
import { inSlots, runningSlots, writtenSlots } from '../model/slots-observed.ts';
import type { Step } from '../model/step.ts';
import type { View } from '../model/view.ts';
import { configPath } from './observed.ts';
import { runtimeSocket } from './service.ts';

/** `once`, and the web servers behind `cache`, follow the states of `web`: they must have their addresses first. */
const backends = ['once', 'anyway', 'cache', 'web'] as const;

/** Every slot of every backend, as the rosters want it. */
export function slotsByBackend(
  view: View,
  observed: Observed,
): Readonly<Record<(typeof backends)[number], readonly Slot[]>> {
  const web = slotsOf(webRoster(view, observed), listen.web);
  const standIns = web.map((slot) => ({ ...slot, number: slot.number + slotCount }));
  const caches = slotsOf(rosterInForce(view, observed, 'cache'), listen.cache);
  return { once: web, anyway: web, cache: [...caches, ...standIns], web };
}

/** Brings HAProxy's running slots to the rosters, without a reload. Nothing while HAProxy does not answer. */
export function rosterSteps(view: View, observed: Observed): Step[] {
  const answer = observed.answers['slots'];
  if (runningSlots(answer, 'web') === undefined) return [];
  const wanted = slotsByBackend(view, observed);
  const commands = backends.flatMap((backend) => {
    const running = runningSlots(answer, backend) ?? [];
    // A HAProxy that runs with an older text does not have every backend.
    if (running.length === 0) return [];
    return wanted[backend].flatMap((slot) =>
      slotCommands(
        backend,
        running.find(({ number }) => number === slot.number),
        slot,
      ),
    );
  });
  if (commands.length === 0) return [];
  const [web, cache] = [webRoster(view, observed), rosterInForce(view, observed, 'cache')].map(countsOf);
  const why = `the roster has changed: ${web} web servers and ${cache} caches ready`;
  return [{ kind: 'runtime', socket: runtimeSocket, commands, why }];
}

function countsOf({ endpoints }: Roster): string {
  const ready = endpoints.filter(({ state }) => state === 'ready').length;
  return `${ready} of ${endpoints.length}`;
}

export function webRoster(view: View, observed: Observed): Roster {
  return rosterInForce(view, observed, 'web');
}

/** The roster now in force decides about those of whom nothing is known yet: never an empty one from ignorance. */
function rosterInForce(view: View, observed: Observed, role: 'web' | 'cache'): Roster {
  const slots =
    runningSlots(observed.answers['slots'], role) ?? writtenSlots(observed.texts[configPath], role);
  return rosterOf(view, role, (node) => inSlots(slots, node.record.ordinal, node.record.address));
}
