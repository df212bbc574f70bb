import { constants } from 'node:os';
import type { ServiceState } from '../../../roles/model/service.ts';

/** The properties of a unit that we read, of `systemctl show`. */
export const properties = [
  'LoadState',
  'ActiveState',
  'UnitFileState',
  'InvocationID',
  'Result',
  'ExecMainCode',
  'ExecMainStatus',
  'NeedDaemonReload',
  'DropInPaths',
] as const;

export type UnitProperties = Readonly<Record<(typeof properties)[number], string>>;

/** Paragraphs of `Key=value`, one for each unit asked for, in that order; what a unit does not have is empty. */
export function parseShow(text: string): UnitProperties[] {
  return text
    .trim()
    .split(/\n\n+/)
    .map((paragraph) => {
      const found = new Map(paragraph.split('\n').map((line) => splitOnce(line, '=')));
      return Object.fromEntries(properties.map((key) => [key, found.get(key) ?? ''])) as UnitProperties;
    });
}

function splitOnce(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return [line.slice(0, at), line.slice(at + separator.length)];
}

export function stateOf(unit: string, show: UnitProperties): ServiceState {
  const active = activeOf(show.ActiveState);
  const runs = active === 'active' || active === 'activating';
  const ended = endedOf(show);
  return {
    unit,
    installed: show.LoadState !== 'not-found',
    active,
    enabled: isEnabled(show.UnitFileState),
    ...(show.LoadState === 'masked' ? { masked: true } : {}),
    ...(runs && show.InvocationID !== '' ? { invocation: show.InvocationID } : {}),
    ...(ended === undefined ? {} : { ended }),
  };
}

function activeOf(state: string): ServiceState['active'] {
  switch (state) {
    case 'active':
    // It serves while it takes new configuration in.
    case 'reloading':
    case 'refreshing':
      return 'active';
    case 'activating':
    case 'deactivating':
    case 'failed':
      return state;
    default:
      return 'inactive';
  }
}

/** A static or generated unit cannot be enabled by hand: it starts with what wants it, and there is nothing to do. */
function isEnabled(state: string): boolean {
  return ['enabled', 'enabled-runtime', 'alias', 'static', 'generated', 'indirect'].includes(state);
}

/** How the main process ended last: the codes are those of waitid(2), 1 exited, 2 killed, 3 killed and dumped. */
function endedOf({ ExecMainCode, ExecMainStatus, Result }: UnitProperties): string | undefined {
  const status = Number(ExecMainStatus);
  const how =
    ExecMainCode === '1'
      ? `exit ${status}`
      : ExecMainCode === '0'
        ? undefined
        : `signal ${signalName(status)}`;
  if (['', 'success', 'exit-code', 'signal', 'core-dump'].includes(Result)) return how;
  return how === undefined ? Result : `${how}, ${Result}`;
}

/** `KILL` for 9. */
function signalName(number: number): string {
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return name?.replace('SIG', '') ?? String(number);
}
