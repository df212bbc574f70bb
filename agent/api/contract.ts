import * as z from 'zod';
import { CertificateDomain, CertificateName, mostDomains } from '../../roles/model/certificate.ts';
import { type ErrorCode, errorCodes, MusterError } from '../../roles/model/errors.ts';
import { Event } from '../../roles/model/event.ts';
import { Health } from '../../roles/model/facts.ts';
import { Hardware } from '../../roles/model/hardware.ts';
import { listen } from '../../roles/model/listen.ts';
import { NodeId, RoleName } from '../../roles/model/node.ts';
import { Token, TokenId, TokenOptions } from '../../roles/model/token.ts';

/** What the API says and takes, shared with the CLI and the dashboard. Additions keep the version; removals raise it. */
export const schemaVersion = 1;

/** Where the agent listens. */
export const apiPort = listen.api;
export const socketPath = '/run/muster/agent.sock';

/** A header that every node shows which asks another: a request is passed on once, and never round in a circle. */
export const askedByNode = 'x-muster-node';

export const VerdictLevel = z.enum(['ok', 'degraded', 'critical']);
export type VerdictLevel = z.infer<typeof VerdictLevel>;

/** Something that is well today and would hurt tomorrow. Risks alone never change a verdict. */
export const Risk = z.strictObject({ code: z.string(), sentence: z.string(), next: z.string() });
export type Risk = z.infer<typeof Risk>;

export const NodeStatus = z.strictObject({
  id: NodeId,
  name: z.string(),
  address: z.string(),
  /** True for the node that answers. */
  self: z.boolean(),
  verdict: z.enum(['alive', 'suspect', 'unmanaged', 'unreachable', 'dead', 'left']),
  /** True while the operator wants no new work on it. */
  drained: z.boolean(),
  /** Shared addresses that it held when it last looked, a few seconds ago. */
  holds: z.array(z.string()).optional(),
  roles: z.array(z.strictObject({ role: RoleName, ...Health.shape })),
  cores: z.number().optional(),
  memoryMiB: z.number().optional(),
  load: z.number().optional(),
});
export type NodeStatus = z.infer<typeof NodeStatus>;

/**
 * `GET /v1/heard`: where and how long ago the node that is asked heard the one that asks; null for not at all. A
 * machine asks that before it lives, lest another lives under its identity.
 */
export const HeardReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  heard: z
    .strictObject({
      address: z.ipv4(),
      agoMs: z.number().nonnegative(),
      /** Of itself alone: for how long its agent has lived. */
      livesMs: z.number().nonnegative().optional(),
    })
    .nullable(),
});
export type HeardReport = z.infer<typeof HeardReport>;

/** `GET /v1/status` */
export const StatusReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  version: z.string(),
  cluster: z.strictObject({ id: z.string(), name: z.string(), generation: z.number() }),
  verdict: z.strictObject({ level: VerdictLevel, sentence: z.string() }),
  risks: z.array(Risk),
  urls: z.array(z.string()),
  /** Whether new decisions can be made now, and if not, why. */
  decisions: z.strictObject({ writable: z.boolean(), revision: z.number(), sentence: z.string() }),
  nodes: z.array(NodeStatus),
});
export type StatusReport = z.infer<typeof StatusReport>;

/** `GET /v1/events?after=N&limit=N`; with `follow=1` the answer is NDJSON, one event a line, until the client goes. */
export const EventsReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  events: z.array(Event),
});
export type EventsReport = z.infer<typeof EventsReport>;

/** `GET /v1/plan`: what the agent would do now. `diff` is a unified diff, empty where a step changes no file. */
export const PlanReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  node: NodeId,
  steps: z.array(
    z.strictObject({ role: RoleName, kind: z.string(), what: z.string(), why: z.string(), diff: z.string() }),
  ),
});
export type PlanReport = z.infer<typeof PlanReport>;

/** `GET /v1/settings`, and the answer of `PUT /v1/settings`. `yaml` is the operator's text with all defaults filled in. */
export const SettingsReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  /** Compare-and-swap: a change names the revision it was made from. */
  revision: z.number(),
  settings: z.record(z.string(), z.unknown()),
});
export type SettingsReport = z.infer<typeof SettingsReport>;

/** `GET /v1/settings/schema`: the schema of the settings as JSON Schema, with a sentence about each key. */
export const SettingsSchemaReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  schema: z.record(z.string(), z.unknown()),
});
export type SettingsSchemaReport = z.infer<typeof SettingsSchemaReport>;

/**
 * The body of `PUT /v1/settings`; with `dry-run=1` it is only checked, and answered with all defaults filled in. The
 * settings are the whole, strictly parsed; bad input changes nothing.
 */
export const SettingsChange = z.strictObject({
  revision: z.number(),
  settings: z.record(z.string(), z.unknown()),
});
export type SettingsChange = z.infer<typeof SettingsChange>;

/** `GET /v1/nodes/<id or name>/why` */
export const WhyReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  node: z.strictObject({ id: NodeId, name: z.string(), address: z.string() }),
  roles: z.array(z.strictObject({ role: RoleName, why: z.string(), ...Health.shape })),
  events: z.array(Event),
});
export type WhyReport = z.infer<typeof WhyReport>;

/** `GET /v1/nodes/<id or name>`: all that is known of one node. */
export const NodeReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  node: NodeStatus,
  ordinal: z.int(),
  /** When its present admission was issued; absent where a lone node was set up before there were others. */
  admittedAt: z.iso.datetime().optional(),
  /** Why each of its roles was given. */
  why: z.partialRecord(RoleName, z.string()),
  /** Absent until its first word arrives. */
  hardware: Hardware.optional(),
  /** Package name to version. */
  versions: z.record(z.string(), z.string()),
});
export type NodeReport = z.infer<typeof NodeReport>;

/** The body of `PUT /v1/nodes/<id or name>/drained`. */
export const DrainChange = z.strictObject({ drained: z.boolean() });
export type DrainChange = z.infer<typeof DrainChange>;

/** A role that an operator may wish for or forbid. */
export const PlaceableRole = RoleName.exclude(['node']);
export type PlaceableRole = z.infer<typeof PlaceableRole>;

/** The body of `PUT /v1/nodes/<id or name>/roles/<role>`; `auto` leaves it to muster. */
export const RoleChange = z.strictObject({ wish: z.enum(['set', 'forbid', 'auto']) });
export type RoleChange = z.infer<typeof RoleChange>;

/** What an operator's word has changed, in a sentence. With `dry-run=1`: what it would change. */
export const ChangeReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  sentence: z.string(),
});
export type ChangeReport = z.infer<typeof ChangeReport>;

/**
 * `DELETE /v1/nodes/<id or name>`: one turn of a removal. `removed` false: it goes on, the sentence says what is waited
 * for; ask again. With `dry-run=1` nothing is changed and the sentence says what it would mean.
 */
export const RemovalReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  removed: z.boolean(),
  sentence: z.string(),
});
export type RemovalReport = z.infer<typeof RemovalReport>;

/** Where a joiner finds the API of the node that a token is made on, and the pin of its key. */
export const TokenPlace = z.strictObject({ addresses: Token.shape.addresses, pin: Token.shape.pin });
export type TokenPlace = z.infer<typeof TokenPlace>;

/** The body of `POST /v1/tokens`. The node that is asked fills in its own place. */
export const TokenRequest = z.strictObject({ ...TokenOptions.shape, place: TokenPlace.optional() });
export type TokenRequest = z.input<typeof TokenRequest>;

/** Its answer: the only time that the token is shown. */
export const TokenReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  id: TokenId,
  token: z.string(),
  expiresAt: z.iso.datetime(),
  uses: z.int(),
  /** What to paste on the next machine, for those with curl and for those with wget. */
  lines: z.strictObject({ curl: z.string(), wget: z.string() }),
});
export type TokenReport = z.infer<typeof TokenReport>;

/** What has become of a token; `unknown`: of another cluster, or long over. */
export const TokenFate = z.enum(['good', 'expired', 'used up', 'revoked', 'unknown']);
export type TokenFate = z.infer<typeof TokenFate>;

/** `GET /v1/tokens`, those that end last first; `DELETE /v1/tokens/<id>` revokes one and answers a ChangeReport. */
export const TokensReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  tokens: z.array(
    z.strictObject({
      id: TokenId,
      state: TokenFate,
      createdAt: z.iso.datetime(),
      expiresAt: z.iso.datetime(),
      usesLeft: z.int(),
      /** Ids of the nodes that it let in. */
      admitted: z.array(NodeId),
    }),
  ),
});
export type TokensReport = z.infer<typeof TokensReport>;

/** The body of `POST /v1/tokens/inspect`; over the local socket only. */
export const TokenInspection = z.strictObject({ token: z.string() });
export type TokenInspection = z.infer<typeof TokenInspection>;

/** Its answer: what the token says, its secret apart, and what the cluster knows of it. */
export const InspectionReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  ...Token.omit({ secret: true }).shape,
  state: TokenFate,
  usesLeft: z.int().optional(),
});
export type InspectionReport = z.infer<typeof InspectionReport>;

/** The body of `POST /v1/certificates`: a certificate from elsewhere, PEM, with its key. */
export const CertificateBrought = z.strictObject({
  name: CertificateName.optional(),
  certificate: z.string().max(64 * 1024),
  key: z.string().max(16 * 1024),
});
export type CertificateBrought = z.infer<typeof CertificateBrought>;

/** The body of `POST /v1/certificates/request`: one to be obtained and renewed by itself. */
export const CertificateWanted = z.strictObject({
  name: CertificateName.optional(),
  domains: z.array(CertificateDomain).min(1).max(mostDomains),
});
export type CertificateWanted = z.infer<typeof CertificateWanted>;

/**
 * `GET /v1/certificates`, by name. `POST /v1/certificates/<name>/renew` has one renewed at once, `DELETE
 * /v1/certificates/<name>` removes it; both answer a ChangeReport.
 */
export const CertificatesReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  certificates: z.array(
    z.strictObject({
      name: CertificateName,
      domains: z.array(CertificateDomain),
      requestedBy: z.string(),
      source: z.enum(['own', 'acme']),
      /** Of the one in use; absent while there is none. */
      issuer: z.string().optional(),
      notAfter: z.iso.datetime().optional(),
      /** Names of the balancers that show it. */
      shownBy: z.array(z.string()),
      /** Absent where nothing is under way; else what is waited for, or why the last try failed. */
      obtaining: z
        .strictObject({ failures: z.int(), nextTryAt: z.iso.datetime(), trouble: z.string().optional() })
        .optional(),
    }),
  ),
});
export type CertificatesReport = z.infer<typeof CertificatesReport>;
const PurgedHost = z.string().regex(/^[a-z0-9.-]{1,253}$/, 'a host is named by a-z, 0-9, . and -');
const PurgedPath = z
  .string()
  .max(4_096)
  .regex(/^\/[!-~]*$/, 'a path is / and printable characters, others as %XX');

/** The body of `POST /v1/cache/purge`. */
export const PurgeRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('site'), host: PurgedHost }),
  z.strictObject({ kind: z.enum(['prefix', 'url']), host: PurgedHost, path: PurgedPath }),
]);
export type PurgeRequest = z.infer<typeof PurgeRequest>;

/** Its answer: what was decided. It is in force once `GET /v1/cache` has this version, or a later one, and waits for nobody. */
export const PurgeReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  sentence: z.string(),
  version: z.int(),
});
export type PurgeReport = z.infer<typeof PurgeReport>;

/** `GET /v1/cache`: the version of the last purge, the balancers that have not taken it in, and the caches, by name. */
export const CacheReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  version: z.int(),
  waiting: z.array(z.string()),
  caches: z.array(z.string()),
});
export type CacheReport = z.infer<typeof CacheReport>;

/** One line of `muster doctor` and of preflight. */
export const Finding = z.strictObject({
  id: z.string(),
  level: z.enum(['ok', 'warning', 'failure']),
  evidence: z.string(),
  /** What to do; empty where all is well. */
  next: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** `GET /v1/doctor` */
export const DoctorReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  findings: z.array(Finding),
});
export type DoctorReport = z.infer<typeof DoctorReport>;

/** The body of every answer that is not 2xx. */
export const ErrorReport = z.strictObject({
  error: z.strictObject({ code: z.string(), what: z.string(), why: z.string(), next: z.string() }),
});
export type ErrorReport = z.infer<typeof ErrorReport>;

/** The error that such a body speaks of; undefined for anything else. */
export function reportedError(body: string): MusterError | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const report = ErrorReport.safeParse(value);
  if (!report.success) return undefined;
  const { code, what, why, next } = report.data.error;
  return new MusterError(isErrorCode(code) ? code : 'bug', { what, why, next });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
