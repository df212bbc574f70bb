import * as z from 'zod';
import {
  ApplicationName,
  Domain,
  Phase,
  ReleaseFacts,
  ReleaseId,
  VariableName,
  VariableValue,
} from '../../roles/model/application.ts';
import { NodeId } from '../../roles/model/node.ts';
import { schemaVersion } from './contract.ts';

/** One release, as people are told of it. */
const ReleaseRow = z.strictObject({
  id: ReleaseId,
  at: z.iso.datetime(),
  sha256: z.string(),
  bytes: z.number(),
  kind: z.enum(['static', 'php']),
  state: z.enum(['current', 'former', 'next', 'kept']),
});

/** One application, and how it fares on the web nodes. */
export const ApplicationRow = z.strictObject({
  name: ApplicationName,
  domains: z.array(Domain),
  current: ReleaseId.optional(),
  releases: z.array(ReleaseRow),
  /** What is on its way, and whom it waits for. */
  next: z
    .strictObject({ release: ReleaseId, phase: Phase, back: z.boolean(), waitsFor: z.array(z.string()) })
    .optional(),
  failed: z.strictObject({ release: ReleaseId, why: z.string(), at: z.iso.datetime() }).optional(),
  variables: z.array(z.string()),
  /** The name of the node that runs cron and workers. */
  runner: z.string().optional(),
  nodes: z.array(z.strictObject({ name: z.string(), serves: ReleaseId.optional() })),
});
export type ApplicationRow = z.infer<typeof ApplicationRow>;

/** `GET /v1/apps` */
export const ApplicationsReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  applications: z.array(ApplicationRow),
});
export type ApplicationsReport = z.infer<typeof ApplicationsReport>;

/** `GET /v1/apps/<name>` */
export const ApplicationReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  application: ApplicationRow,
});
export type ApplicationReport = z.infer<typeof ApplicationReport>;

/** The body of `POST /v1/apps`; answered with a ChangeReport, as is `DELETE /v1/apps/<name>`. */
export const ApplicationCreation = z.strictObject({
  name: ApplicationName,
  domains: z.array(Domain).min(1).max(20),
  /** Whether a certificate of its domains is to be obtained. */
  https: z.boolean().exactOptional(),
});
export type ApplicationCreation = z.infer<typeof ApplicationCreation>;

/**
 * The answer of `POST /v1/apps/<name>/archives?sha256=…`, whose body is the archive; over the local socket only. It is
 * looked through and kept; nothing is decided yet.
 */
export const ArchiveReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  facts: ReleaseFacts,
  files: z.int(),
  /** Files in it that are not unpacked: they lie where the application writes. */
  leftOut: z.array(z.string()),
  from: NodeId,
});
export type ArchiveReport = z.infer<typeof ArchiveReport>;

/** The body of `POST /v1/apps/<name>/releases`: a release begins its way. */
export const ReleaseOrder = z.strictObject({ facts: ReleaseFacts, from: NodeId });
export type ReleaseOrder = z.infer<typeof ReleaseOrder>;

/** The body of `POST /v1/apps/<name>/rollback`; the release before, unless one is named. */
export const RollbackOrder = z.strictObject({ release: ReleaseId.optional() });
export type RollbackOrder = z.infer<typeof RollbackOrder>;

/** The answer of both: it goes on by itself, and `GET /v1/apps/<name>` tells how far it is. */
export const ReleaseReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  release: ReleaseId,
  sentence: z.string(),
});
export type ReleaseReport = z.infer<typeof ReleaseReport>;

/** The body of `PUT /v1/apps/<name>/environment`; answered with a ChangeReport. */
export const EnvironmentChange = z.strictObject({
  set: z.record(VariableName, VariableValue),
  unset: z.array(VariableName),
});
export type EnvironmentChange = z.infer<typeof EnvironmentChange>;

/** `GET /v1/apps/<name>/environment`: over the local socket only, for the values are secrets. */
export const EnvironmentReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  values: z.record(VariableName, z.string()),
});
export type EnvironmentReport = z.infer<typeof EnvironmentReport>;
