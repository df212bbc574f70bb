import { execa } from 'execa';

import { LabProblem } from './problem.ts';

/** What a command said and how it ended. */
export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** No command of the host that the lab calls takes longer, a tree's making aside. */
const COMMAND_DEADLINE_MS = 60_000;
/** The end of an error text is where the cause stands. */
const TOLD_CHARACTERS = 1200;

/** Runs a host command; its end is for the caller to judge. */
export const tryRun = async (
  argv: readonly [string, ...string[]],
  options: { readonly input?: string; readonly deadlineMs?: number } = {},
): Promise<Said> => {
  const [file, ...args] = argv;
  const done = await execa(file, args, {
    reject: false,
    timeout: options.deadlineMs ?? COMMAND_DEADLINE_MS,
    cwd: '/',
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  return {
    exitCode: done.exitCode ?? 255,
    stdout: done.stdout,
    stderr: done.stderr || (done.failed ? (done.shortMessage ?? '') : ''),
  };
};

/** Runs a host command that has to succeed. */
export const run = async (...argv: [string, ...string[]]): Promise<string> => {
  const said = await tryRun(argv);
  if (said.exitCode !== 0) throw failed(argv, said);
  return said.stdout;
};

/** The sentence for a command that failed. */
export const failed = (argv: readonly string[], said: Said): LabProblem =>
  new LabProblem(
    `\`${argv.join(' ')}\` ended with ${said.exitCode}: ${(said.stderr || said.stdout).slice(-TOLD_CHARACTERS).trim()}`,
    'npm run lab -- down, then the same command again',
  );
