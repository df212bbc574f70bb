import * as z from 'zod';
import type { Result } from './application-facts.ts';

/** state.json beside the releases of an application: what must be known of it after a restart of the agent. */
export const ApplicationState = z.strictObject({
  /** The attempt whose release command was begun. Without a result it was cut off, and is not begun again. */
  begun: z.int().positive().exactOptional(),
  result: z
    .strictObject({ kind: z.enum(['ran', 'proved', 'fault']), attempt: z.int().positive(), why: z.string() })
    .exactOptional(),
});
export type ApplicationState = z.infer<typeof ApplicationState>;

/** The result in a state file's text; none where there is no file, or it is damaged: then it is found out anew. */
export function resultOf(text: string | undefined): Result | undefined {
  return stateOf(text).result;
}

/** The whole of a state file's text. */
export function stateOf(text: string | undefined): ApplicationState {
  try {
    return ApplicationState.parse(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}
