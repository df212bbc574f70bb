import { MusterError } from '../../roles/model/errors.ts';
import type { CommandOptions, CommandResult, Commands } from '../../roles/model/ports.ts';

type Argv = readonly [string, ...string[]];

/** What a scripted program does: a result, or a function of its argv and options that gives one or throws. */
export type Script =
  | Partial<CommandResult>
  | ((argv: Argv, options: FakeCommandOptions) => Partial<CommandResult> | Promise<Partial<CommandResult>>);

export interface FakeCommandOptions extends CommandOptions {
  readonly onLine?: (line: string) => void;
}

/**
 * Scripted programs: the script whose words are the longest beginning of an argv answers it. A program without a
 * script is missing. `calls` keeps every argv in order.
 */
export class FakeCommands implements Commands {
  readonly calls: Argv[] = [];
  readonly #scripts = new Map<string, Script>();

  constructor(scripts: Readonly<Record<string, Script>> = {}) {
    for (const [words, script] of Object.entries(scripts)) this.script(words, script);
  }

  /** Sets what a program does from now on; `words` is the beginning of its argv, as in `systemctl start`. */
  script(words: string, script: Script): void {
    this.#scripts.set(words, script);
  }

  /** Every call so far, each as one line. */
  get lines(): readonly string[] {
    return this.calls.map((argv) => argv.join(' '));
  }

  async run(argv: Argv, options: FakeCommandOptions = {}): Promise<CommandResult> {
    this.calls.push(argv);
    const line = argv.join(' ');
    const words = [...this.#scripts.keys()]
      .filter((beginning) => line === beginning || line.startsWith(`${beginning} `))
      .reduce((longest, other) => (other.length > longest.length ? other : longest), '');
    const script = this.#scripts.get(words);
    if (script === undefined) throw missing(argv[0]);
    const result = typeof script === 'function' ? await script(argv, options) : script;
    const full = { exitCode: 0, stdout: '', stderr: '', ...result };
    for (const text of `${full.stdout}${full.stderr}`.split('\n').filter(Boolean)) options.onLine?.(text);
    return full;
  }
}

function missing(program: string): MusterError {
  return new MusterError('command-missing', {
    what: `${program} could not be run`,
    why: 'no script in this test',
    next: program,
  });
}
