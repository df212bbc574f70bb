import { RoleLoops } from '../../agent/reconcile/role-loops.ts';
import { runtimeSocket } from '../../roles/balancer/service.ts';
import type { Facts } from '../../roles/model/facts.ts';
import type { Answer, Question } from '../../roles/model/observed.ts';
import type { Random } from '../../roles/model/ports.ts';
import type { ServiceSpec } from '../../roles/model/service.ts';
import type { Slot } from '../../roles/model/slots.ts';
import { runningSlots, writtenSlots } from '../../roles/model/slots-observed.ts';
import type { View } from '../../roles/model/view.ts';
import { roles, Settings } from '../../roles/registry.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeFiles } from './fake-files.ts';
import { FakeQuestions } from './fake-questions.ts';
import { FakeServices } from './fake-services.ts';
import { type FakeMachine, fakeMachine } from './machine.ts';
import { nodeOf } from './sketches.ts';

const config = '/etc/haproxy/haproxy.cfg';
const vhost = '/etc/apache2/sites-enabled/muster-default.conf';
const carried = roles.filter((role) => role.name === 'web' || role.name === 'balancer');

/** Services that serve what their files said when they last read them. */
class ServingServices extends FakeServices {
  readonly #files: FakeFiles;
  /** Path to the text in force. */
  readonly inForce = new Map<string, string>();
  slots: readonly Slot[] = [];

  constructor(files: FakeFiles) {
    super();
    this.#files = files;
  }

  override async start(service: ServiceSpec): Promise<void> {
    this.#read(service);
    await super.start(service);
  }

  override async restart(service: ServiceSpec): Promise<void> {
    this.#read(service);
    await super.restart(service);
  }

  override async reload(service: ServiceSpec): Promise<void> {
    this.#read(service);
    await super.reload(service);
  }

  up(unit: string): boolean {
    return this.states.get(unit)?.active === 'active';
  }

  #read({ unit }: ServiceSpec): void {
    if (unit === 'haproxy.service') this.slots = writtenSlots(this.#files.text(config), 'web');
    if (unit === 'apache2.service') this.inForce.set(vhost, this.#files.text(vhost) ?? '');
  }
}

/** Answers as the real servers would: from what is running, not from what is on disk. */
class ServingQuestions extends FakeQuestions {
  readonly #services: ServingServices;

  constructor(services: ServingServices) {
    super();
    this.#services = services;
  }

  override async ask(question: Question): Promise<Answer> {
    if (question.kind === 'runtime' && question.socket !== runtimeSocket)
      return { ok: false, error: 'no such socket' };
    if (question.kind === 'runtime') return this.#runtime(question.command);
    if (question.kind !== 'http') return super.ask(question);
    const throughBalancer = question.url.includes('127.0.0.1');
    if (throughBalancer && !this.#services.up('haproxy.service')) return { ok: false, error: 'refused' };
    if (throughBalancer && !this.#services.slots.some((slot) => slot.state === 'ready')) return said(503, '');
    return this.#web();
  }

  #web(): Answer {
    if (!this.#services.up('apache2.service')) return { ok: false, error: 'refused' };
    const serves = this.#services.inForce.get(vhost)?.includes('DocumentRoot') === true;
    return serves && this.#services.up('php8.2-fpm.service') ? said(200, 'ok\n') : said(503, '');
  }

  #runtime(command: string): Answer {
    if (!this.#services.up('haproxy.service')) return { ok: false, error: 'no such socket' };
    if (command.startsWith('show servers state')) return said(0, table(this.#services.slots));
    const [, number, what, value, , port] = /slot(\d+) (\w+) (\S+)( port (\d+))?/.exec(command) ?? [];
    this.#services.slots = this.#services.slots.map((slot) =>
      slot.number === Number(number) ? { ...slot, ...changeOf(what, value, port) } : slot,
    );
    return said(0, '');
  }
}

function changeOf(what: string | undefined, value = '', port = ''): Partial<Slot> {
  if (what === 'addr') return { address: value, port: Number(port) };
  if (what === 'weight') return { weight: Number(value) };
  return { state: value === 'maint' ? 'out' : value === 'drain' ? 'drain' : 'ready' };
}

function said(status: number, text: string): Answer {
  return { ok: true, status, text };
}

function table(slots: readonly Slot[]): string {
  const bits = { ready: 0, drain: 8, out: 32 };
  const rows = ['web', 'once'].flatMap((backend) =>
    slots.map((slot) =>
      [backend, slot.number, slot.address, slot.port, slot.weight, bits[slot.state]].join(' '),
    ),
  );
  return ['1', '# be_name srv_id srv_addr srv_port srv_uweight srv_admin_state', ...rows].join('\n');
}

/** One node under virtual time: real loops, plans and executor on a machine in memory. */
export class SimulatedNode {
  readonly clock = new FakeClock();
  readonly files = new FakeFiles();
  readonly services = new ServingServices(this.files);
  readonly questions = new ServingQuestions(this.services);
  readonly #random: Random;
  machine!: FakeMachine;
  #loops!: RoleLoops;
  #stop = new AbortController();
  #health: Facts['health'] = {};

  constructor(random: Random) {
    this.#random = random;
  }

  /** Starts the agent, or a new one on the same disk after the former died. */
  async boot(): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#health = {};
    const packages = this.machine?.packages;
    const fresh = await fakeMachine(this.files, this.clock);
    this.machine = {
      ...fresh,
      services: this.services,
      questions: this.questions,
      packages: packages ?? fresh.packages,
    };
    this.#loops = new RoleLoops({
      roles: carried,
      execute: this.machine,
      journal: this.machine.journal,
      clock: this.clock,
      random: this.#random,
      signal: this.#stop.signal,
      view: () => this.view(),
      onReport: (role, health) => {
        const changed = this.#health[role]?.state !== health.state;
        this.#health = { ...this.#health, [role]: health };
        if (changed) this.#loops.follow(this.view());
      },
    });
    this.#loops.follow(this.view());
  }

  view(): View {
    const node = nodeOf({ ordinal: 1, health: this.#health });
    return {
      self: node.record.id,
      cluster: { id: 'c1', name: 'muster', generation: 1 },
      revision: 1,
      settings: Settings.parse({}),
      nodes: [node],
    };
  }

  /** What a browser gets. */
  async serves(): Promise<boolean> {
    const answer = await this.questions.ask({ kind: 'http', url: 'http://127.0.0.1/', timeoutMs: 1 });
    return answer.ok && answer.status === 200;
  }

  readySlots(): number {
    const answer = this.services.up('haproxy.service') ? said(0, table(this.services.slots)) : undefined;
    return (runningSlots(answer, 'web') ?? []).filter((slot) => slot.state === 'ready').length;
  }

  dryRun(): ReturnType<RoleLoops['dryRun']> {
    return this.#loops.dryRun(this.view());
  }

  stop(): void {
    this.#stop.abort();
  }
}
