import type { DatabaseName } from '../../roles/model/named-database.ts';
import type { RenewAnswer, RenewRequest } from '../admission/renewal.ts';
import type { JoinAnswer, JoinRequest, JoinReview } from '../admission/request.ts';
import type { ApplicationDecider } from './application-words.ts';
import type {
  CertificateBrought,
  CertificateWanted,
  PlaceableRole,
  PurgeRequest,
  RoleChange,
  SettingsChange,
  SettingsReport,
  TokenPlace,
} from './contract.ts';

import type { PrimaryChange } from './contract-server.ts';

/** An operator's word on one node, by its name or id. `dryRun`: only what it would mean; nothing is changed. */
export interface NodeWord {
  readonly node: string;
  readonly dryRun: boolean;
}

/** A token as it is made: the only time that its text is there. */
interface CreatedToken {
  readonly id: string;
  readonly text: string;
  readonly expiresAt: string;
  readonly uses: number;
}

/** Words on certificates; each returns what has changed, in a sentence. */
export interface CertificateWords {
  /** Throws `certificate-refused`, as do the next two; then nothing has changed. */
  set(word: CertificateBrought & { readonly dryRun: boolean }): Promise<string>;
  request(word: CertificateWanted & { readonly dryRun: boolean }): Promise<string>;
  renew(name: string): Promise<string>;
  remove(word: { readonly name: string; readonly dryRun: boolean }): Promise<string>;
}

/** What only a node that keeps the decisions can do. Each word is carried out whole or not at all. */
export interface Decider {
  /** Throws `settings-invalid` (nothing changed) or `settings-changed` (another was quicker). */
  changeSettings(change: SettingsChange): Promise<SettingsReport>;
  /** Returns what has changed, in a sentence, as the next two do. Throws `not-found`, `not-allowed`. */
  drain(word: NodeWord & { readonly drained: boolean }): Promise<string>;
  wish(word: NodeWord & { readonly role: PlaceableRole } & RoleChange): Promise<string>;
  revokeToken(id: string): Promise<string>;
  /** `version`: what balancers have to know of for it to be done. */
  purge(purge: PurgeRequest): Promise<{ readonly sentence: string; readonly version: number }>;
  /** One turn of a removal; `removed` false: it goes on, and the sentence says what is waited for. */
  remove(word: NodeWord): Promise<{ readonly removed: boolean; readonly sentence: string }>;
  /** Returns what was decided, in a sentence; the primary carries it out. Throws `not-allowed`, `not-found`. */
  createDatabase(name: DatabaseName): Promise<string>;
  rotatePassword(name: DatabaseName): Promise<string>;
  dropDatabase(name: DatabaseName): Promise<string>;
  /** Moves the primary of the database, or says what that would mean. Throws `not-allowed`. */
  movePrimary(change: PrimaryChange & { readonly dryRun: boolean }): Promise<string>;
  createToken(
    options: { readonly lifetimeMinutes: number; readonly uses: number },
    place: TokenPlace,
  ): Promise<CreatedToken>;
  /** Throws `token-refused`, `node-refused`, `release-mismatch`. */
  join(request: JoinRequest): Promise<JoinAnswer>;
  /** What would not be quite as asked for. Refuses as `join` does. */
  reviewJoin(request: JoinRequest): Promise<JoinReview>;
  readonly applications: ApplicationDecider;
  /** Throws `node-refused`. */
  renew(request: RenewRequest): Promise<RenewAnswer>;
  readonly certificates: CertificateWords;
}
