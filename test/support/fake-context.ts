import type { Client } from '../../coordinator/cli/client.ts';
import type { Context, LocalVerbs, Operator, Output } from '../../coordinator/cli/context.ts';
import { run } from '../../coordinator/cli/run.ts';
import { fakeClient } from './fake-client.ts';

export interface FakeContextParts {
  readonly client?: Client;
  readonly operator?: Partial<Operator>;
  readonly signal?: AbortSignal;
  readonly colour?: boolean;
  readonly terminal?: boolean;
  readonly local?: Partial<LocalVerbs>;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line as main.ts would, but for its machine: nobody at the terminal unless told otherwise. */
export async function muster(
  line: string | readonly string[],
  parts: FakeContextParts = {},
): Promise<Outcome> {
  const {
    client = fakeClient(),
    signal = new AbortController().signal,
    colour = false,
    terminal = false,
  } = parts;
  const written: { out: string; err: string } = { out: '', err: '' };
  const output = (to: 'out' | 'err'): Output => ({
    write: (text) => {
      written[to] += text;
    },
    colour,
    terminal,
  });
  const context: Context = {
    version: async () => '0.1.0',
    out: output('out'),
    err: output('err'),
    connect: async () => client,
    operator: { ...absentOperator, ...parts.operator },
    signal,
    now: () => new Date(Date.UTC(2026, 0, 1, 12, 5, 3)),
  };
  const words = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
  const code = await run(words, context, { ...localVerbs, ...parts.local });
  return { code, stdout: written.out, stderr: written.err };
}

const absentOperator: Operator = {
  canAnswer: false,
  confirm: () => Promise.reject(new Error('nobody is there to be asked')),
  answer: () => Promise.reject(new Error('nobody is there to be asked')),
  sql: () => Promise.reject(new Error('there is no SQL client')),
  edit: () => Promise.reject(new Error('there is no editor')),
  read: async (path) => `text of ${path}`,
  pack: () => Promise.reject(new Error('there is nothing to pack')),
  manual: async () => [
    { topic: 'cli', text: '# The muster command\n' },
    { topic: 'errors', text: '# Errors\n' },
  ],
  completion: async (shell) => `# for ${shell}\n`,
  pause: async () => undefined,
};

const localVerbs: LocalVerbs = {
  agent: async () => undefined,
  init: async () => undefined,
  join: async () => undefined,
  uninstall: async () => true,
};
