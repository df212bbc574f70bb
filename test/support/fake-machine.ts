import type { StatusReport } from '../../agent/api/contract.ts';
import type { AgentProcess, AskAgent, LocalParts, Talk } from '../../agent/local/parts.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeCommands } from './fake-commands.ts';
import { FakeFiles } from './fake-files.ts';
import { FakePackages } from './fake-packages.ts';
import { FakeQuestions } from './fake-questions.ts';
import { FakeServices } from './fake-services.ts';

/** An agent in memory that can be started, and answers what a test puts into it. */
class FakeAgent implements AgentProcess {
  readonly calls: string[] = [];
  readonly answers = new Map<string, unknown>();
  words: readonly string[] = [];
  runs = false;
  /** What its status says while it runs. */
  status: StatusReport | undefined = healthyStatus('1.0-test');

  readonly ask: AskAgent = async (path) => {
    if (!this.runs) return undefined;
    return path === '/v1/status' ? this.status : this.answers.get(path.split('?')[0] ?? path);
  };

  async prepare(): Promise<void> {
    this.calls.push('prepare');
  }

  async running(): Promise<boolean> {
    return this.runs;
  }

  async start(): Promise<void> {
    this.calls.push('start');
    this.runs = true;
  }

  async restart(): Promise<void> {
    this.calls.push('restart');
    this.runs = true;
  }

  async stop(): Promise<void> {
    this.calls.push('stop');
    this.runs = false;
  }

  async lastWords(): Promise<readonly string[]> {
    return this.words;
  }
}

/** What an agent says of a cluster of one that is well. */
export function healthyStatus(version: string): StatusReport {
  return {
    schemaVersion: 1,
    version,
    cluster: { id: 'caaaaaaaaaaaa', name: 'muster', generation: 1 },
    verdict: { level: 'ok', sentence: 'all is well' },
    risks: [{ code: 'one-node', sentence: 'there is one node', next: 'muster docs operations' }],
    urls: ['http://10.0.0.5/'],
    decisions: { writable: true, revision: 1, sentence: 'decisions can be made' },
    nodes: [],
  };
}

/** A terminal in memory. */
class FakeTalk implements Talk {
  readonly lines: string[] = [];
  readonly answers: unknown[] = [];
  /** What whoever sits there types; undefined: nobody does. */
  typed: string | undefined;

  say(line: string): void {
    this.lines.push(line);
  }

  data(value: unknown): void {
    this.answers.push(value);
  }

  async question(text: string): Promise<string | undefined> {
    if (this.typed !== undefined) this.lines.push(text);
    return this.typed;
  }
}

/** A machine in memory, all of it open to a test. */
export interface FakeMachine extends LocalParts {
  readonly files: FakeFiles;
  readonly packages: FakePackages;
  readonly services: FakeServices;
  readonly commands: FakeCommands;
  readonly questions: FakeQuestions;
  readonly clock: FakeClock;
  readonly agent: FakeAgent;
  readonly talk: FakeTalk;
  /** Addresses that another machine has. */
  readonly taken: Set<string>;
}

/** A bare machine, root at the keyboard. */
export function fakeMachine(): FakeMachine {
  const agent = new FakeAgent();
  const commands = new FakeCommands({
    'ip -4 -json route': { stdout: '[{"dst":"198.51.100.1","dev":"eth0","prefsrc":"10.0.0.5"}]' },
    'ip -4 -json address': { stdout: '[{"ifname":"eth0","addr_info":[{"local":"10.0.0.5"}]}]' },
    tar: {},
    mv: {},
    rmdir: { exitCode: 1 },
    'dpkg-query': { exitCode: 1 },
    systemctl: {},
    'update-alternatives': {},
  });
  const taken = new Set<string>();
  return {
    taken,
    answers: async (address) => taken.has(address),
    files: new FakeFiles(),
    packages: new FakePackages(),
    services: new FakeServices(),
    commands,
    questions: new FakeQuestions(),
    clock: new FakeClock(),
    agent,
    ask: agent.ask,
    isRoot: true,
    init: 'systemd',
    hostname: 'web-1.example',
    stepsBefore: 2,
    talk: new FakeTalk(),
  };
}
