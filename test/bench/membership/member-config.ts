import type { KeyedMember } from '../../../agent/gossip/members.ts';
import type { NodeId } from '../../../roles/model/node.ts';

/** What the bench writes for one member: its keys, and all members with their names. */
export interface MemberConfig {
  readonly self: NodeId;
  readonly cluster: string;
  readonly members: readonly (KeyedMember & { readonly name: string })[];
  readonly privateKeyPem: string;
  readonly datagramPrivateKeyPem: string;
  /** 32 bytes, hexadecimal. */
  readonly networkKey: string;
  /** Where it keeps what outlives it. */
  readonly folder: string;
}

/** What a member says, a line each: what it finds and the latest mark of each, by name, and when. */
export interface MemberWord {
  readonly atMs: number;
  readonly findings: Readonly<Record<string, string>>;
  readonly marks: Readonly<Record<string, string>>;
}
