import type { Application } from '../../roles/model/application.ts';
import { applicationPaths } from '../../roles/model/application-paths.ts';
import { type ApplicationState, stateOf } from '../../roles/model/application-state.ts';
import { asMusterError, type ErrorCode, type MusterError } from '../../roles/model/errors.ts';
import { listen } from '../../roles/model/listen.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Random } from '../../roles/model/ports.ts';
import { selfOf, type View } from '../../roles/model/view.ts';
import type { PeerApi } from '../decisions/peer-api.ts';
import type { Journal } from '../reconcile/journal.ts';
import { startLoop } from '../reconcile/loop.ts';
import { sentenceOf } from '../reconcile/sentences.ts';
import { type Duty, dutiesOf } from './duties.ts';
import { fetchArchive } from './fetch.ts';
import { type ProveParts, prove, serves } from './prove.ts';
import { type CommandParts, runCommand } from './run-command.ts';
import { makeSharedFolders } from './shared-folders.ts';
import type { ReleaseStore } from './store.ts';

export interface KeeperParts extends ProveParts, CommandParts {
  readonly random: Random;
  readonly journal: Journal;
  readonly store: ReleaseStore;
  readonly peers: Pick<PeerApi, 'open'>;
  readonly view: () => View | undefined;
  /** Something on this machine is another now: the web server's plan and words hang on it. */
  readonly onChange: () => void;
}

/** What was missed is made good within this time. */
const periodMs = 5_000;

/** What is over by itself. */
const passing: ReadonlySet<ErrorCode> = new Set(['peer-unreachable', 'files-unreachable']);

/** Keeps the releases on this machine as the decisions say, each application by itself: a slow one holds no other up. */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #busy = new Map<string, Promise<void>>();
  /** Applications whose release command runs now. */
  readonly #running = new Set<string>();
  readonly #told = new Map<string, string>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Runs until the signal aborts. `onDecision`: calls the listener whenever decisions have moved. */
  async run(onDecision: (listener: () => void) => () => void): Promise<void> {
    const { clock, random, signal, journal } = this.#parts;
    const loop = startLoop({
      clock,
      random,
      signal,
      periodMs,
      run: async () => {
        await this.#lookAround();
        return false;
      },
      onError: async (error) => {
        await journal.tell({ kind: 'error', role: 'web', sentence: sentenceOf(asMusterError(error)) });
      },
    });
    const stop = onDecision(() => loop.wake());
    await loop.ended;
    stop();
    await Promise.all(this.#busy.values());
  }

  async #lookAround(): Promise<void> {
    const view = this.#parts.view();
    if (view === undefined) return;
    const applications = view.applications ?? [];
    for (const application of applications) this.#begin(application);
    const names = await this.#parts.files.list(paths.applications);
    const known = new Set(['words', ...applications.map(({ name }) => name)]);
    for (const name of names.filter((one) => !known.has(one))) {
      await this.#parts.store.forget({ name, releases: [] });
      if (this.#busy.has(name) || (await this.#parts.store.archives(name)).length > 0) continue;
      await this.#parts.files.remove(applicationPaths(name).home);
    }
  }

  #begin(application: Application): void {
    const { name } = application;
    if (this.#busy.has(name)) return;
    const work = this.#keep(application)
      .catch((error: unknown) => this.#trouble(name, asMusterError(error)))
      .finally(() => this.#busy.delete(name));
    this.#busy.set(name, work);
  }

  async #keep({ name }: Application): Promise<void> {
    const { store, files } = this.#parts;
    for (;;) {
      const view = this.#parts.view();
      const application = view?.applications?.find((one) => one.name === name);
      if (view === undefined || application === undefined || this.#parts.signal.aborted) return;
      const carried = selfOf(view).roles.includes('web');
      if ((await store.forget(application)).length > 0) this.#parts.onChange();
      // A node that serves no pages keeps what it was given until others have it.
      if (!carried) return;
      const [duty] = dutiesOf({
        self: view.self,
        application,
        unpacked: await store.unpacked(name),
        state: stateOf(await files.read(applicationPaths(name).state)),
        running: this.#running.has(name),
      });
      if (duty === undefined) return;
      await this.#do(view, application, duty);
      this.#told.delete(name);
      this.#parts.onChange();
      if (duty.kind === 'watch') return;
    }
  }

  async #do(view: View, application: Application, duty: Duty): Promise<void> {
    switch (duty.kind) {
      case 'unpack':
        return this.#unpack(view, application, duty);
      case 'cut-off':
        return this.#note(application, {
          kind: 'fault',
          attempt: duty.attempt,
          why: 'its release command was cut off, and nobody knows how far it came',
        });
      case 'command':
        return this.#command(view, application, duty);
      case 'prove': {
        const why = await prove(this.#parts, application, duty.release);
        if (this.#parts.signal.aborted) return;
        const { attempt } = duty;
        return this.#note(
          application,
          why === undefined ? { kind: 'proved', attempt, why: '' } : { kind: 'fault', attempt, why },
        );
      }
      case 'watch': {
        const where = `${selfOf(view).record.address}:${String(listen.web)}`;
        await serves(this.#parts, where, application, duty.release);
      }
    }
  }

  async #unpack(
    view: View,
    application: Application,
    { release }: Extract<Duty, { kind: 'unpack' }>,
  ): Promise<void> {
    const { store, peers, signal, journal } = this.#parts;
    const { name, next } = application;
    try {
      if (!(await store.hasArchive(name, release))) {
        await fetchArchive(peers, store, view, { name, release, signal });
      }
      await makeSharedFolders(this.#parts, view, name, release.manifest.writable);
      await store.unpack(name, release);
    } catch (thrown) {
      const error = asMusterError(thrown);
      // What can be reached in a moment is waited for; a disk that is full is not.
      if (next?.release === release.id && !passing.has(error.code)) {
        await this.#note(application, { kind: 'fault', attempt: next.attempt, why: error.message });
      }
      throw error;
    }
    await journal.tell({ kind: 'info', role: 'web', sentence: `${release.id} of ${name} is unpacked here` });
  }

  async #command(
    view: View,
    application: Application,
    duty: Extract<Duty, { kind: 'command' }>,
  ): Promise<void> {
    const { release, attempt } = duty;
    const command = release.manifest.release ?? '';
    this.#running.add(application.name);
    try {
      await this.#write(application, { begun: attempt });
      const why = await runCommand(this.#parts, view, { application, release, command });
      // What the end of the agent cut off is told by its next life.
      if (this.#parts.signal.aborted && why !== undefined) return;
      await this.#note(
        application,
        why === undefined ? { kind: 'ran', attempt, why: '' } : { kind: 'fault', attempt, why },
      );
    } finally {
      this.#running.delete(application.name);
    }
  }

  async #note(application: Application, result: NonNullable<ApplicationState['result']>): Promise<void> {
    await this.#write(application, { result });
  }

  async #write({ name }: Application, part: ApplicationState): Promise<void> {
    const { files } = this.#parts;
    const path = applicationPaths(name).state;
    const state = { ...stateOf(await files.read(path)), ...part };
    await files.write(path, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  }

  /** The same trouble is told once. */
  async #trouble(name: string, error: MusterError): Promise<void> {
    const sentence = sentenceOf(error);
    if (this.#told.get(name) === sentence) return;
    this.#told.set(name, sentence);
    await this.#parts.journal.tell({ kind: 'error', role: 'web', sentence, code: error.code });
  }
}
