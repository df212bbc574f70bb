import type { Endpoint, EndpointState, Roster } from './roster.ts';

/**
 * Servers are slots: their number is fixed, so that a server comes, goes and moves over the runtime socket without a
 * reload. Twice the ten machines muster is for; a node's ordinal is its slot, the same on every balancer.
 */
export const slotCount = 20;

/** Where an unused slot points: nobody listens on port 1, and it is never ready. */
const nowhere = { address: '127.0.0.1', port: 1 };

export interface Slot {
  readonly number: number;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly state: EndpointState;
}

export function slotName(number: number): string {
  return `slot${number}`;
}

/** The slots of a backend as the roster wants them: every one of them, used or not. */
export function slotsOf(roster: Roster, port: number): readonly Slot[] {
  return Array.from({ length: slotCount }, (_, index): Slot => {
    const endpoint = roster.endpoints.find((candidate) => candidate.ordinal === index + 1);
    return endpoint === undefined ? unused(index + 1) : used(endpoint, port);
  });
}

function used(endpoint: Endpoint, port: number): Slot {
  const { ordinal, address, weight, state } = endpoint;
  return { number: ordinal, address, port, weight, state };
}

function unused(number: number): Slot {
  return { number, ...nowhere, weight: 1, state: 'out' };
}

/**
 * Commands that bring one running slot to what it shall be. The order is what keeps requests whole: out of traffic
 * first, then the address, and ready last.
 */
export function slotCommands(backend: string, running: Slot | undefined, wanted: Slot): readonly string[] {
  const server = `set server ${backend}/${slotName(wanted.number)}`;
  const moved = running?.address !== wanted.address || running.port !== wanted.port;
  if (wanted.state === 'out') {
    if (running?.state === 'out') return [];
    return [`${server} state maint`];
  }
  const commands: string[] = [];
  if (moved) {
    if (running?.state !== 'out') commands.push(`${server} state maint`);
    commands.push(`${server} addr ${wanted.address} port ${wanted.port}`);
  }
  const weigh = running?.weight === wanted.weight ? [] : [`${server} weight ${wanted.weight}`];
  const turn = moved || running?.state !== wanted.state ? [`${server} state ${wanted.state}`] : [];
  // A file can only say weight 0 of a drained server: it must not get its weight back before it is drained.
  commands.push(...(wanted.state === 'drain' ? [...turn, ...weigh] : [...weigh, ...turn]));
  return commands;
}

/** A slot as a file has it for the next start. A drained server keeps its connections: weight 0 is what a file can say. */
export function slotLine({ number, address, port, weight, state }: Slot): string {
  const share = state === 'drain' ? 0 : weight;
  const disabled = state === 'out' ? ' disabled' : '';
  return `  server ${slotName(number)} ${address}:${port} id ${number} weight ${share}${disabled}`;
}
