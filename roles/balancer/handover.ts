import type { Observed } from '../model/observed.ts';
import type { Step } from '../model/step.ts';
import { type NodeView, selfOf, type View } from '../model/view.ts';
import { instancesOf, othersOf } from './instances.ts';
import { keepalivedPath, runtimeSocket } from './service.ts';
import { keepAliveSeconds } from './templates.ts';
import { drainTrack, groupIn } from './vrrp.ts';

/** Every client that was waiting on a kept connection has gone by then, or was told to with its next answer. */
const shedSeconds = keepAliveSeconds + 1;

/** HAProxy's own count of its seconds: the agent has no clock to plan by. */
function uptime(observed: Observed): number | undefined {
  const answer = observed.answers['info'];
  const seconds = answer?.ok === true ? /^Uptime_sec: (\d+)$/m.exec(answer.text)?.[1] : undefined;
  return seconds === undefined ? undefined : Number(seconds);
}

/** The second, from 1, at which HAProxy began to close what it would have kept; 0 while it keeps connections. */
function shedSince(observed: Observed): number | undefined {
  const answer = observed.answers['shed'];
  const value =
    answer?.ok === true ? /proc\.shed: type=sint value=<(\d+)>/.exec(answer.text)?.[1] : undefined;
  return value === undefined ? undefined : Number(value);
}

/**
 * A balancer that is drained, or no longer one, gives its address up while another can take it, and not at the price of
 * the site.
 */
export function leaves(view: View): boolean {
  return !inService(selfOf(view)) && canBeReplaced(view);
}

/** A balancer in service. */
function inService({ record, roles }: NodeView): boolean {
  return roles.includes('balancer') && record.drained !== true;
}

/** Whether another balancer may have the addresses: it is there, in service, and has a page for who comes to it. */
function canBeReplaced(view: View): boolean {
  const others = new Set(othersOf(view).map(({ node }) => node));
  return view.nodes.some(
    (node) =>
      others.has(node.record.id) && inService(node) && node.verdict === 'alive' && hasPage(node.facts),
  );
}

/** The same, as far as is known: of one that has not said anything yet, after a start of the agent, it is assumed. */
function mayBeReplaced(view: View): boolean {
  return view.nodes.some(
    (node) =>
      node.record.id !== view.self &&
      inService(node) &&
      (node.verdict === 'alive' || node.verdict === 'suspect') &&
      (node.facts === undefined || hasPage(node.facts)),
  );
}

function hasPage(facts: NodeView['facts']): boolean {
  return facts?.health.balancer?.state === 'ready';
}

/**
 * HAProxy here turns its users away, since it reaches no web server, and another balancer does: it may be this machine
 * alone that the web servers do not let in, or that cannot reach them. So it will be in a moment where the machine no longer
 * has the address that they know.
 */
function turnsAway(view: View, observed: Observed): boolean {
  const { site, own } = observed.answers;
  const isLost = own?.ok === false || (site?.ok === true && site.status >= 500);
  return isLost && canBeReplaced(view);
}

/** There is a page here, and the others write to and hear the keepalived of this place. */
function isFit(view: View, observed: Observed): boolean {
  const site = observed.answers['site'];
  const text = observed.texts[keepalivedPath];
  const speaks =
    text === undefined || instancesOf(view).every(({ source }) => groupIn(text).includes(source));
  return site?.ok === true && site.status < 500 && speaks;
}

/** Whoever is out of it. What a machine that has lost its address thinks of the others says nothing: it hears nobody. */
function staysOut(view: View, observed: Observed): boolean {
  if (observed.answers['own']?.ok === false) return true;
  return mayBeReplaced(view) && (!inService(selfOf(view)) || !isFit(view, observed));
}

/**
 * What the drain's track file is to say: 1 once the clients have been shed, or at once where they get no page. Who has said
 * so stays out of it until there is a page, and keepalived speaks from where this machine is.
 */
export function drainValue(view: View, observed: Observed): '0' | '1' {
  if (turnsAway(view, observed)) return '1';
  const isOut = observed.texts[drainTrack] === '1\n';
  if (isOut && staysOut(view, observed)) return '1';
  if (!leaves(view)) return '0';
  const [now, since] = [uptime(observed), shedSince(observed)];
  // Nobody is connected to a HAProxy that does not answer.
  if (now === undefined || since === undefined) return '1';
  return since > 0 && now + 1 - since >= shedSeconds ? '1' : '0';
}

/** Asks HAProxy to close its connections after the next answer, or to keep them again. */
export function shedSteps(view: View, observed: Observed): Step[] {
  const [now, since] = [uptime(observed), shedSince(observed)];
  if (now === undefined || since === undefined) return [];
  if (leaves(view)) {
    // A time that lies ahead was set in another life of HAProxy.
    if (since > 0 && since <= now + 1) return [];
    return [
      shed(
        now + 1,
        'this node is to have no more clients: they are to come anew, to whoever has the address then',
      ),
    ];
  }
  if (since === 0) return [];
  return [shed(0, 'this node serves again: its clients may stay')];
}

function shed(value: number, why: string): Step {
  const commands = [`experimental-mode on; set var proc.shed int(${value})`];
  return { kind: 'runtime', socket: runtimeSocket, commands, why };
}
