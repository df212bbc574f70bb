import * as z from 'zod';
import { ApplicationManifest } from './application-manifest.ts';
import { NodeId } from './identifiers.ts';
import { DatabaseName } from './named-database.ts';

/** A label for people, for files and for secrets; short enough for `facts.details`. */
export const ApplicationName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, 'an application is named by 2-20 characters of a-z, 0-9 and -')
  .refine((name) => DatabaseName.safeParse(name).success, {
    error: 'this name is taken: an application has a database of its name, and MariaDB or muster has that',
  });
export type ApplicationName = z.infer<typeof ApplicationName>;

/** A host name that visitors use. */
export const Domain = z
  .string()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'a domain is a host name, as in shop.example',
  )
  .refine((name) => !name.endsWith('.muster'), { error: 'names below .muster are the cluster’s own' });
export type Domain = z.infer<typeof Domain>;

/** `r` and its number; they count up and are never used again. */
export const ReleaseId = z.string().regex(/^r[1-9]\d{0,6}$/, 'a release is named r and a number');
export type ReleaseId = z.infer<typeof ReleaseId>;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a checksum is 64 hexadecimal digits');

/** What is known of an archive once it was looked through. */
export const ReleaseFacts = z.strictObject({
  sha256: Sha256,
  /** Of the archive. */
  bytes: z.int().positive(),
  /** `php` where any file of it is PHP. */
  kind: z.enum(['static', 'php']),
  /** `public` is never `auto` here. */
  manifest: ApplicationManifest,
});
export type ReleaseFacts = z.infer<typeof ReleaseFacts>;

/** One release: what it is made of never changes. */
export const Release = z.strictObject({
  id: ReleaseId,
  at: z.iso.datetime(),
  /** The node that took it from the operator. */
  from: NodeId,
  ...ReleaseFacts.shape,
});
export type Release = z.infer<typeof Release>;

/**
 * How far a release on its way has come. `spread`: every web node unpacks it. `command`: one node runs its release
 * command. `prove`: every web node asks it for its health, beside the present one. `switch`: every web node serves it.
 * `purge`: no balancer takes a stored page of another release any more.
 */
export const Phase = z.enum(['spread', 'command', 'prove', 'switch', 'purge']);
export type Phase = z.infer<typeof Phase>;

const Next = z.strictObject({
  release: ReleaseId,
  phase: Phase,
  /** Since when in this phase. */
  since: z.iso.datetime(),
  /** True for a way back: its release command ran long ago. */
  back: z.boolean(),
  /** Counts up: what nodes found in an earlier attempt is none of this one. */
  attempt: z.int().positive(),
  /** Who runs the release command. */
  node: NodeId.exactOptional(),
  /** The version that balancers have to know of (cache.ts); in `purge`, from when all serve the release. */
  purged: z.int().positive().exactOptional(),
});

/** A variable of an application's environment. */
export const VariableName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,62}$/, 'a variable is named by A-Z, 0-9 and _')
  .refine((name) => !/^(PATH|HOME|USER|SHELL|LD_.*|HTTP_PROXY|PHP_(ADMIN_)?VALUE)$/.test(name), {
    error: 'this variable belongs to the machine',
  });

/** Quoted in single quotes wherever it goes: configuration of PHP, of systemd. */
export const VariableValue = z
  .string()
  .max(8_000)
  .regex(/^[^'\p{Cc}]*$/u, 'a value has no line break and no single quote; encode it, as with base64');

/** A decision under `apps/<name>`. */
export const Application = z.strictObject({
  name: ApplicationName,
  domains: z.array(Domain).min(1).max(20),
  /** Oldest first: those that can be gone back to, and the one on its way. */
  releases: z.array(Release),
  /** How many there ever were, and how often one was on its way. */
  counted: z.int().nonnegative(),
  attempts: z.int().nonnegative(),
  current: ReleaseId.exactOptional(),
  /** The one before: its static files stay to be had. */
  former: ReleaseId.exactOptional(),
  next: Next.exactOptional(),
  /** How the last attempt ended, where it came to nothing. */
  failed: z.strictObject({ release: ReleaseId, why: z.string(), at: z.iso.datetime() }).exactOptional(),
  /** Who runs what is run once per cluster. */
  runner: NodeId.exactOptional(),
  /** The names of its own variables; the values are the secret `app-<name>`. The version counts changes of any. */
  environment: z.strictObject({ names: z.array(VariableName), version: z.int().nonnegative() }),
});
export type Application = z.infer<typeof Application>;

/** Releases that are kept, so that one can go back. */
export const keptReleases = 5;

/** A release of an application by its id. */
export function releaseOf(application: Application, id: ReleaseId | undefined): Release | undefined {
  return application.releases.find((release) => release.id === id);
}

/** The secret that holds the values of its variables. */
export function environmentSecret(name: ApplicationName): string {
  return `app-${name}`;
}

/** How a variable is called in the secret: fields have small letters. */
export function fieldOf(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-');
}
