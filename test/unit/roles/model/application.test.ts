import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snippetFault } from '../../../../roles/model/apache-snippet.ts';
import { VariableValue } from '../../../../roles/model/application.ts';
import {
  applicationDetails,
  applicationWords,
  servesCurrent,
} from '../../../../roles/model/application-facts.ts';
import { wordsOf } from '../../../../roles/model/command-line.ts';
import { isDue, scheduleOf } from '../../../../roles/model/cron.ts';
import { Details } from '../../../../roles/model/facts.ts';
import { rosterOf } from '../../../../roles/model/roster.ts';
import { sampleApplication, saying } from '../../../support/sample-application.ts';
import { nodeOf, viewOf } from '../../../support/sketches.ts';

describe('a command', () => {
  it.each([
    ['php artisan queue:work', ['php', 'artisan', 'queue:work']],
    [`php -r 'echo "a b";'`, ['php', '-r', 'echo "a b";']],
    ['php --tries="3 \\"times\\""', ['php', '--tries=3 "times"']],
    ['a\\ b', ['a b']],
    ["php '$HOME|;'", ['php', '$HOME|;']],
  ])('%s has the words a shell would make of it', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it.each([
    '',
    '   ',
    'a | b',
    'a && b',
    'echo $HOME',
    'ls *.php',
    'a > b',
    '"open',
    "it's",
    'a `b`',
    'a\nb',
  ])('%j is for a shell, or none', (text) => {
    expect(wordsOf(text)).toBeUndefined();
  });
});

describe('a schedule', () => {
  const at = (time: string): Date => new Date(`2026-03-${time}:00Z`);
  it.each([
    ['* * * * *', at('02T10:11'), true],
    ['*/15 * * * *', at('02T10:30'), true],
    ['*/15 * * * *', at('02T10:31'), false],
    ['0 3 * * 1-5', at('02T03:00'), true],
    ['0 3 * * 7', at('01T03:00'), true],
    ['0 3 1 * 1', at('02T03:00'), true],
    ['0 3 1 * *', at('02T03:00'), false],
    ['5,35 1-3 * 3 *', at('02T02:35'), true],
    ['@daily', at('02T00:00'), true],
  ])('%s', (text, time, due) => {
    const schedule = scheduleOf(text);
    expect(schedule && isDue(schedule, time)).toBe(due);
  });

  it.each(['', '* * * *', '60 * * * *', '* 24 * * *', '5-1 * * * *', '*/0 * * * *', 'a * * * *', '@often'])(
    '%j is none',
    (text) => {
      expect(scheduleOf(text)).toBeUndefined();
    },
  );
});

describe('a snippet for Apache', () => {
  it.each([
    '',
    '# only this\nFallbackResource /index.php',
    'RewriteEngine On\nRewriteRule ^old$ /new [R=301,L]',
    'header set Cache-Control "max-age=60"',
  ])('%j is taken', (text) => {
    expect(snippetFault(text)).toBeUndefined();
  });

  it.each([
    '<Directory />',
    'Include /etc/passwd',
    'SetHandler server-status',
    'Require all granted',
    'RewriteRule ^ http://10.0.0.1/ [P,L]',
    'RewriteRule ^ unix:/run/x|fcgi://y',
    'RewriteRule ^ - [H=x]',
    'SetEnv PHP_ADMIN_VALUE "open_basedir=/"',
    'Header set a "\\',
    'AllowOverride All',
  ])('%j is not', (text) => {
    expect(snippetFault(text)).toBeTypeOf('string');
  });
});

describe('what a node says of an application', () => {
  it('comes back as it was said, and fits', () => {
    const words = fc.record({
      has: fc.array(
        fc.integer({ min: 1, max: 9_999_999 }).map((n) => `r${String(n)}`),
        { maxLength: 6 },
      ),
      result: fc.record({
        kind: fc.constantFrom('ran', 'proved', 'fault'),
        attempt: fc.integer({ min: 1, max: 1_000_000 }),
        why: fc
          .string({ maxLength: 400 })
          .filter((text) => text.trim() === text && !/[\r\n\u2028\u2029]/.test(text)),
      }),
    });
    fc.assert(
      fc.property(words, (said) => {
        const details = applicationDetails('a-name-of-20-letters', said);
        const heard = applicationWords(
          { ...nodeOf({ ordinal: 1 }), facts: { ...factsOf(), details: { web: details } } },
          'a-name-of-20-letters',
        );
        expect(Details.safeParse(details).success).toBe(true);
        expect(heard.has).toEqual(said.has);
        expect(heard.result).toMatchObject({ kind: said.result.kind, attempt: said.result.attempt });
        expect(said.result.why.startsWith(heard.result?.why.trimEnd() ?? '?')).toBe(true);
      }),
    );
  });

  function factsOf(): NonNullable<ReturnType<typeof nodeOf>['facts']> {
    const { facts } = nodeOf({ ordinal: 1 });
    if (facts === undefined) throw new Error('a node that was sketched has facts');
    return facts;
  }
});

describe('the roster of web servers', () => {
  const application = sampleApplication({ current: 'r2' });
  const stateOf = (
    serves: string,
    verdict: 'alive' | 'unmanaged',
    before?: 'ready' | 'out',
  ): string | undefined => {
    const node = saying(nodeOf({ ordinal: 1, verdict }), { has: [], serves });
    const view = { ...viewOf(), nodes: [node], applications: [application] };
    const inForce = before === undefined ? undefined : { state: before, weight: 100 };
    return rosterOf(view, 'web', () => inForce).endpoints[0]?.state;
  };

  it.each([
    { what: 'who serves what counts enters', state: stateOf('r2', 'alive'), expected: 'ready' },
    { what: 'who serves another does not enter', state: stateOf('r1', 'alive', 'out'), expected: 'out' },
    { what: 'who is switching stays', state: stateOf('r1', 'alive', 'ready'), expected: 'ready' },
    {
      what: 'whose agent is silent stays with what counts',
      state: stateOf('r2', 'unmanaged', 'ready'),
      expected: 'ready',
    },
    {
      what: 'whose agent is silent leaves with another',
      state: stateOf('r1', 'unmanaged', 'ready'),
      expected: 'out',
    },
  ])('$what', ({ state, expected }) => {
    expect(state).toBe(expected);
  });

  it.each(['ready', 'out'] as const)('of whom nothing is known yet stays %s', (before) => {
    const node = nodeOf({ ordinal: 1, verdict: 'unmanaged', silent: true });
    const view = { ...viewOf(), nodes: [node], applications: [application] };
    expect(rosterOf(view, 'web', () => ({ state: before, weight: 100 })).endpoints[0]?.state).toBe(before);
  });

  it('asks nothing of an application that was never deployed', () => {
    const node = nodeOf({ ordinal: 1 });
    expect(servesCurrent({ ...viewOf(), nodes: [node], applications: [sampleApplication()] }, node)).toBe(
      true,
    );
  });
});

describe('the value of a variable', () => {
  it.each(['', 'plain', 'with "double" $quotes \\ # ; %', 'ümläut'])('%j is taken', (value) => {
    expect(VariableValue.safeParse(value).success).toBe(true);
  });
  it.each(["it's", 'two\nlines', 'a\0b'])('%j is not', (value) => {
    expect(VariableValue.safeParse(value).success).toBe(false);
  });
});
