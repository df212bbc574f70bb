import { nothingPurged, purgedMark } from '../model/cache.ts';
import { sha256 } from '../model/fingerprint.ts';
import type { Answer, Observed } from '../model/observed.ts';
import type { FileSpec, Step } from '../model/step.ts';
import { lines } from '../model/text.ts';
import type { View } from '../model/view.ts';
import { haproxy, runtimeSocket } from './service.ts';

/** Maps of purge rules to versions: HAProxy looks each request up, and tells the cache which copies count. */
export const prefixesPath = '/etc/haproxy/muster-prefixes.map';
export const urlsPath = '/etc/haproxy/muster-urls.map';

type Rules = Readonly<Record<string, number>>;

interface RuleMap {
  readonly path: string;
  readonly question: string;
  readonly rules: Rules;
}

function mapsOf(view: View): readonly RuleMap[] {
  const { prefixes, urls } = view.cache ?? nothingPurged;
  return [
    { path: prefixesPath, question: 'prefixes', rules: prefixes },
    { path: urlsPath, question: 'urls', rules: urls },
  ];
}

/** Where HAProxy's next start begins. Changes go over its socket, never by a reload. */
export function purgeFiles(view: View): readonly FileSpec[] {
  return mapsOf(view).map(({ path, rules }) => ({
    path,
    content: lines(sorted(rules).map(([rule, version]) => `${rule} ${version}`)),
    reloadKey: sha256(path),
    mode: 0o644,
    owner: 'root:root',
    unit: haproxy.unit,
  }));
}

/** What has to be asked of a running HAProxy. */
export const purgeQuestions = {
  prefixes: { kind: 'runtime', socket: runtimeSocket, command: `show map ${prefixesPath}` },
  urls: { kind: 'runtime', socket: runtimeSocket, command: `show map ${urlsPath}` },
} as const;

/** Brings the rules that HAProxy runs with to the decided ones. Nothing while it does not answer. */
export function purgeSteps(view: View, observed: Observed): Step[] {
  const commands = mapsOf(view).flatMap(({ path, question, rules }) => {
    const running = rulesIn(observed.answers[question]);
    return running === undefined ? [] : commandsFor(path, running, rules);
  });
  if (commands.length === 0) return [];
  const why = 'a purge was decided: older copies do not count any more';
  return [{ kind: 'runtime', socket: runtimeSocket, commands, why }];
}

/** The mark of the version in force, for `facts.applied`; empty while that is not sure. */
export function purgesInForce(view: View, observed: Observed): readonly string[] {
  const all = mapsOf(view).every(({ path, question, rules }) => {
    const running = rulesIn(observed.answers[question]);
    return running !== undefined && commandsFor(path, running, rules).length === 0;
  });
  return all ? [purgedMark(view.cache?.version ?? 0)] : [];
}

/** New rules before old ones go: no copy counts in between that does not count before or after. */
function commandsFor(path: string, running: Rules, wanted: Rules): readonly string[] {
  const put = sorted(wanted)
    .filter(([rule, version]) => running[rule] !== version)
    .map(([rule, version]) => {
      const verb = running[rule] === undefined ? 'add' : 'set';
      return `${verb} map ${path} ${escaped(rule)} ${version}`;
    });
  const gone = sorted(running)
    .filter(([rule]) => wanted[rule] === undefined)
    .map(([rule]) => `del map ${path} ${escaped(rule)}`);
  return [...put, ...gone];
}

/** Lines of an address of its own, the rule and its version. */
function rulesIn(answer: Answer | undefined): Rules | undefined {
  if (answer?.ok !== true || answer.text.startsWith('Unknown map')) return undefined;
  const found = [...answer.text.matchAll(/^0x[0-9a-f]+ (\S+) (\d+)$/gm)];
  return Object.fromEntries(found.map(([, rule, version]) => [rule ?? '', Number(version)]));
}

/** A semicolon would end the command. */
function escaped(rule: string): string {
  return rule.replace(/[\\;]/g, '\\$&');
}

function sorted(rules: Rules): readonly (readonly [string, number])[] {
  return Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1));
}
