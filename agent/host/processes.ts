import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { systemCode } from './refusal.ts';

/** One process of /proc; times are clock ticks since boot. */
export interface ProcessStat {
  readonly pid: number;
  /** `R`, `S`, `D`, … ; `Z` is dead and not yet collected by its parent. */
  readonly state: string;
  readonly group: number;
  readonly session: number;
  readonly startTicks: number;
}

/**
 * What tells one process from every other: numbers are used again, but not with the same start within the same boot.
 */
export const ProcessIdentity = z.strictObject({ pid: z.int(), startTicks: z.int(), boot: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/**
 * One line of /proc/PID/stat. The name stands in brackets and may itself hold blanks and brackets, so the fields are
 * counted from the last one: state is field 3, group 5, session 6, start 22 (proc(5)).
 */
export function parseStat(text: string): ProcessStat | undefined {
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const [state, , group, session] = fields;
  const start = fields[19];
  if (end === -1 || state === undefined || start === undefined) return undefined;
  return {
    pid: Number.parseInt(text, 10),
    state,
    group: Number(group),
    session: Number(session),
    startTicks: Number(start),
  };
}

/** Undefined where no such process is. Synchronous: /proc never waits for a disk, and this is asked often. */
export function processStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    // It is not there, or it ended while we read (ESRCH).
    return undefined;
  }
}

export function identify(pid: number): ProcessIdentity | undefined {
  const stat = processStat(pid);
  return stat === undefined ? undefined : { pid, startTicks: stat.startTicks, boot: bootId() };
}

/** Whether the very process is there and not a zombie. */
export function isAlive({ pid, startTicks, boot }: ProcessIdentity): boolean {
  const stat = processStat(pid);
  return stat !== undefined && stat.startTicks === startTicks && !isDead(stat) && boot === bootId();
}

/** Signals the very process. One that ended, be it between the look and the signal, is no error. */
export function signalProcess(one: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(one)) return;
  try {
    process.kill(one.pid, name);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

/**
 * The living processes of the session that the given process led. A number stays taken while a session bears it, so
 * the members are those of that leader unless another process leads a session of the number now.
 */
export function sessionOf(leader: ProcessIdentity): readonly ProcessStat[] {
  if (leader.boot !== bootId()) return [];
  const now = processStat(leader.pid);
  if (now !== undefined && now.startTicks !== leader.startTicks) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processStat(Number(name)) ?? [])
    .filter((stat) => stat.session === leader.pid && stat.startTicks >= leader.startTicks && !isDead(stat));
}

function isDead({ state }: ProcessStat): boolean {
  return state === 'Z' || state === 'X';
}

let knownBootId: string | undefined;

/** Another one after every boot of the machine. */
function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}
