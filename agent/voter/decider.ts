import { changeSettings, settingsChanges } from '../../coordinator/brain/change-settings.ts';
import { dropDatabase } from '../../coordinator/brain/databases.ts';
import { drainNode, nodeNamed, wishRole } from '../../coordinator/brain/node-verbs.ts';
import { purgeChange } from '../../coordinator/brain/purge.ts';
import { decode } from '../../coordinator/store/codec.ts';
import type { Hardware } from '../../roles/model/hardware.ts';
import type { Clock, Decisions, Files } from '../../roles/model/ports.ts';
import { type AdmitParts, type Authority, admit, wouldAdmit } from '../admission/admit.ts';
import { renew } from '../admission/renewal.ts';
import { createToken, revokeToken } from '../admission/tokens.ts';
import { type SettingsReport, schemaVersion } from '../api/contract.ts';
import type { Decider } from '../api/decider.ts';
import type { Mover } from '../database/move.ts';
import { namedDatabaseChange, rotationChange } from '../databases/change.ts';
import type { DecisionSource } from '../decisions/source.ts';
import type { Journal } from '../reconcile/journal.ts';
import { applicationDecider } from './applications.ts';
import { certificateWords } from './certificate-words.ts';
import { removeInTurns } from './remove.ts';
import { refuseTakenAddresses } from './taken-addresses.ts';
import { requireView, sayChange, type WordParts } from './word.ts';

export interface DeciderParts extends WordParts {
  readonly decisions: Decisions;
  readonly files: Files;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly source: Pick<DecisionSource, 'snapshot' | 'refresh' | 'known'>;
  /** Asked for each word that needs a signature. Throws `not-allowed` where this node cannot sign. */
  readonly authority: () => Promise<Authority>;
  readonly networkKey: () => Promise<string>;
  readonly release: () => Hardware['release'];
  /** Whether a machine answers at an address. */
  readonly answers: (address: string) => Promise<boolean>;
  readonly tellTombstone: (tombstone: unknown) => void;
  readonly mover: Pick<Mover, 'move'>;
}

/** The words of operators and newcomers, carried out where the decisions are kept. */
export function createDecider(parts: DeciderParts): Decider {
  const { decisions, clock, journal, source } = parts;
  const admission = (): AdmitParts => ({ ...parts, release: parts.release() });
  const tell = async (sentence: string): Promise<string> => {
    await source.refresh();
    await journal.tell({ kind: 'info', sentence });
    return sentence;
  };
  return {
    changeSettings: (change) => putSettings(parts, change),
    drain: ({ node, drained, dryRun }) =>
      sayChange(parts, dryRun, (view, snapshot) => drainNode(view, snapshot, nodeNamed(view, node), drained)),
    wish: ({ node, role, wish, dryRun }) =>
      sayChange(parts, dryRun, (view, snapshot) => wishRole(snapshot, nodeNamed(view, node), wish, role)),
    purge: async (purge) => {
      let version = 0;
      const sentence = await sayChange(parts, false, (_, snapshot) => {
        const change = purgeChange(snapshot, purge, clock.now().getTime());
        version = change.version;
        return change;
      });
      return { sentence, version };
    },
    remove: (word) => removeInTurns(parts, word),
    createDatabase: (name) =>
      sayChange(parts, false, (_, snapshot) => namedDatabaseChange(snapshot, name, clock.now())),
    rotatePassword: (name) =>
      sayChange(parts, false, (_, snapshot) => rotationChange(snapshot, name, clock.now())),
    dropDatabase: (name) => sayChange(parts, false, (_, snapshot) => dropDatabase(snapshot, name)),
    movePrimary: ({ node, lost, dryRun }) => parts.mover.move({ node, lost, dryRun }),
    createToken: async (options, place) => {
      const { text, token, record } = await createToken({ decisions, clock }, place, options);
      await tell(`the token ${token.id} was made, good until ${token.expiresAt}, by the operator`);
      return { id: token.id, text, expiresAt: token.expiresAt, uses: record.usesLeft };
    },
    revokeToken: async (id) => {
      await revokeToken({ decisions, clock }, id);
      return tell(`the token ${id} is revoked: it lets nobody in any more`);
    },
    join: async (request) => {
      const answer = await admit(admission(), request);
      const { name, id, address } = answer.record;
      await tell(`${name} (${id}) at ${address} was admitted, with the token ${request.tokenId}`);
      return answer;
    },
    applications: applicationDecider(parts),
    reviewJoin: (request) => wouldAdmit(admission(), request),
    certificates: certificateWords(parts),
    renew: async (request) => {
      // As it is stored now: a node may have been removed a moment ago.
      await source.refresh();
      const known = decode(source.snapshot());
      const answer = await renew({ known, authority: await parts.authority() }, request);
      await tell(
        `the certificate of ${nodeNamed(requireView(parts), request.nodeId).record.name} was renewed`,
      );
      return answer;
    },
  };
}

async function putSettings(
  parts: DeciderParts,
  change: { readonly revision: number; readonly settings: Readonly<Record<string, unknown>> },
): Promise<SettingsReport> {
  const { settings: before, nodes } = requireView(parts);
  // This machine would not hear itself ask.
  const answers = async (address: string): Promise<boolean> =>
    nodes.some(({ record }) => record.address === address) || (await parts.answers(address));
  await refuseTakenAddresses(answers, before, change.settings);
  const { revision, settings } = await changeSettings(parts.decisions, change);
  for (const line of settingsChanges(before, settings)) {
    await parts.journal.tell({ kind: 'info', sentence: `setting ${line}, by the operator` });
  }
  await parts.source.refresh();
  return { schemaVersion, revision, settings };
}
