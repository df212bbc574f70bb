import type { ReleaseFacts } from '../../roles/model/application.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { TakenArchive } from '../applications/store.ts';
import type { ApplicationCreation, EnvironmentChange } from './contract-apps.ts';

/** A release that begins its way, and a sentence about it. */
interface Begun {
  readonly release: string;
  readonly sentence: string;
}

/** What is said of applications where the decisions are kept. Each word throws `not-found` or `not-allowed`. */
export interface ApplicationDecider {
  create(creation: ApplicationCreation): Promise<string>;
  remove(name: string): Promise<string>;
  release(name: string, facts: ReleaseFacts, from: NodeId): Promise<Begun>;
  rollback(name: string, release: string | undefined): Promise<Begun>;
  setVariables(name: string, change: EnvironmentChange): Promise<string>;
}

/** What any node does for applications. */
export interface ApplicationHandle {
  /** Takes an archive in. Throws `archive-refused`. */
  receive(name: string, sha256: string, stream: AsyncIterable<Uint8Array>): Promise<TakenArchive>;
  /** An archive on its way to another node; undefined where it is not here. */
  archive(
    name: string,
    sha256: string,
  ): Promise<{ readonly bytes: number; readonly stream: ReadableStream } | undefined>;
  /** The values of its variables. Throws `secret-missing` where this node cannot open them. */
  variables(name: string): Promise<Readonly<Record<string, string>>>;
  /** The last lines of its logs here, and each new one until the signal aborts. */
  logs(name: string, lines: number, signal: AbortSignal | undefined): AsyncIterable<string>;
}
