import type { Event } from '../../roles/model/event.ts';
import type { View } from '../../roles/model/view.ts';
import type { DoctorReport, PlanReport, SettingsChange, SettingsReport } from './contract.ts';

/** What the API may ask of the running agent; main.ts fills it. */
export interface AgentHandle {
  readonly version: string;
  /** The newest view; undefined until the first decisions are known. */
  view(): View | undefined;
  /** Whether the store of decisions answered last time, and a sentence about it. */
  decisions(): { readonly writable: boolean; readonly revision: number; readonly sentence: string };
  /** Why each role was given to the node, from its assignment; empty for `node`. */
  reasons(node: string): Readonly<Record<string, string>>;
  /** Events after a sequence number, oldest first, at most `limit` and then the newest of them. */
  events(after: number, limit: number): readonly Event[];
  /** Every new event from now on, until the signal aborts. */
  follow(signal: AbortSignal): AsyncIterable<Event>;
  plan(): Promise<PlanReport>;
  doctor(): Promise<DoctorReport>;
  settings(): SettingsReport;
  /** Throws `settings-invalid` (nothing changed) or `settings-changed` (another was quicker). */
  changeSettings(change: SettingsChange): Promise<SettingsReport>;
}
