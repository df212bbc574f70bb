import * as z from 'zod';
import { snippetFault } from './apache-snippet.ts';
import { wordsOf } from './command-line.ts';
import { scheduleOf } from './cron.ts';
import { phpExtensions } from './php-extensions.ts';

/** The file in an application that says what it needs. */
export const manifestName = 'muster.app.yml';

/** A path inside the application: no step up, nothing hidden but what it names itself, no odd characters. */
const RelativePath = z
  .string()
  .max(200)
  .regex(/^[\w.@+-]+(\/[\w.@+-]+)*$/, 'a path is relative, without blanks, as in storage/uploads')
  .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), {
    error: 'a path must stay inside the application',
  });

/** Run by no shell; its words are told apart as a shell would. */
const Command = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => wordsOf(text) !== undefined, {
    error:
      'a command is a program and its words; for pipes, variables and patterns put a script into the application',
  });

/** Sessions are the cluster's: every server has the same, and any of them may die. */
const clusterOwned = new Set([
  'session.save_handler',
  'session.save_path',
  'open_basedir',
  'extension',
  'zend_extension',
]);

const IniName = z
  .string()
  .regex(/^[a-z][a-z0-9_.]{0,62}$/, 'the name of a PHP setting, as in memory_limit')
  .refine((name) => !clusterOwned.has(name), { error: 'this setting is the cluster’s' });
const IniValue = z.union([
  z.boolean(),
  z.number(),
  z
    .string()
    .max(300)
    .regex(/^[^'\p{Cc}]*$/u, 'a value has no line break and no single quote'),
]);

const Php = z.strictObject({
  extensions: z
    .array(z.enum(phpExtensions))
    .max(phpExtensions.length)
    .default([])
    .describe('Extensions beside those that are always there (mysql, opcache): Debian’s php8.2-NAME.'),
  ini: z
    .record(IniName, IniValue)
    .default({})
    .describe('Settings of PHP for this application, as in php.ini.'),
});

const Cron = z.strictObject({
  schedule: z.string().refine((text) => scheduleOf(text) !== undefined, {
    error:
      'a schedule has the five fields of crontab, as in */5 * * * *, or is @hourly, @daily, @weekly, @monthly',
  }),
  command: Command,
});

const Worker = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'a worker is named by 1-20 characters of a-z, 0-9 and -'),
  command: Command,
});

/** muster.app.yml, whole: every key has a good default. */
export const ApplicationManifest = z.strictObject({
  public: z
    .union([z.literal('auto'), z.literal('.'), RelativePath])
    .default('auto')
    .describe('The folder that visitors see; auto is `public` where there is one, else the whole.'),
  health: z
    .string()
    .max(200)
    .regex(/^\/[\w./~%-]*$/, 'a path of the site, as in /up')
    .default('/')
    .describe('Asked on every node before a release counts; it has to answer below 400.'),
  php: Php.prefault({}).describe('What PHP needs.'),
  apache: z
    .string()
    .max(8_000)
    .default('')
    .superRefine((text, context) => {
      const fault = snippetFault(text);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .describe('Directives for the public folder: rewriting, redirects, headers, caching, types.'),
  release: Command.exactOptional().describe(
    'Run once on one node before a release is switched to; where it fails nothing is switched.',
  ),
  cron: z.array(Cron).max(50).default([]).describe('Commands run at their time, once per cluster (UTC).'),
  workers: z
    .array(Worker)
    .max(20)
    .default([])
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
      error: 'two workers have one name',
    })
    .describe('Commands kept running, once per cluster.'),
  writable: z
    .array(RelativePath)
    .max(50)
    .default([])
    .refine((all) => !all.some((one) => all.some((other) => other !== one && other.startsWith(`${one}/`))), {
      error: 'one writable folder lies in another: the outer one is enough',
    })
    .describe('Folders that the application writes to: shared by all nodes and all releases.'),
});
export type ApplicationManifest = z.infer<typeof ApplicationManifest>;
