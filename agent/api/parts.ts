import type { Hono } from 'hono';
import type * as z from 'zod';
import type { MusterError } from '../../roles/model/errors.ts';
import type { Access, Connection } from './access.ts';
import type { AgentHandle } from './handle.ts';

/** What the API is made from. */
export interface AppParts {
  readonly handle: AgentHandle;
  /** The schema of the whole of the settings, with its descriptions. */
  readonly settings: z.ZodType<object>;
  /** A page of the manual as markdown; undefined where there is none. Topics are names, never paths. */
  readonly docs: (topic: string) => Promise<string | undefined>;
  readonly access: Access;
  /** Told of every error that is a fault of ours, with its cause; the client gets no more than a sentence. */
  readonly onBug: (error: MusterError) => void;
}

export type App = Hono<{ Bindings: Connection }>;
