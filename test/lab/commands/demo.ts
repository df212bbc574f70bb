import { setTimeout as pause } from 'node:timers/promises';

import { withLock } from '../core/lock.ts';
import { agree, whole } from '../harness/agreement.ts';
import { install } from '../harness/cluster.ts';
import { rostersAre } from '../harness/haproxy.ts';
import { joinAll } from '../harness/join.ts';
import { type Lab, openLab } from '../harness/lab.ts';
import { startLoad } from '../harness/load.ts';
import type { Outcome } from '../harness/load-report.ts';
import type { LabMachine } from '../harness/machine.ts';
import { holderAmong, partsOf } from '../harness/operator.ts';
import { openProbe } from '../harness/probe.ts';
import { vip } from '../harness/visitors.ts';
import { needPayload } from './cluster.ts';
import { type Loss, sentences } from './demo-sentences.ts';
import { clear } from './down.ts';

const REQUESTS_PER_SECOND = 100;
/** A machine that boots, and everything on it that starts. */
const PATIENCE_MS = 120_000;
/** Long enough to see that all goes on as before, and for a request that waits to fail within its part of the story. */
const CALM_MS = 6_000;

/** As shells count: 128 and the number of SIGINT. */
const INTERRUPTED_CODE = 130;

type Tell = (sentence: string) => void;

/** Runs until it is done, and says how long that took. */
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

const url = `http://${vip}/`;

/** The machines of one telling. */
class Story {
  readonly #lab: Lab;
  readonly #tell: Tell;
  readonly #failures: Outcome[] = [];

  constructor(lab: Lab, tell: Tell) {
    this.#lab = lab;
    this.#tell = tell;
  }

  async play(): Promise<void> {
    await this.#makeCluster();
    this.#tell(sentences.visitors(REQUESTS_PER_SECOND, vip));
    const load = startLoad({
      url,
      requestsPerSecond: REQUESTS_PER_SECOND,
      postShare: 0.2,
      onFailure: (failure) => this.#failures.push(failure),
    });
    await pause(CALM_MS);
    await this.#webDies();
    await this.#holderDies();
    this.#tell(sentences.end(await load.stop()));
  }

  async #makeCluster(): Promise<void> {
    const [first, ...others] = this.#lab.machines;
    if (first === undefined) return;
    this.#tell(sentences.booted(vip));
    this.#tell(sentences.installed(await timed(() => install(first, ['--vip', vip]))));
    const tookMs = await timed(async () => {
      await joinAll(first, others);
      await this.#agreed();
    });
    const { balancers } = await partsOf(this.#lab.machines, PATIENCE_MS);
    const names = balancers.map(({ name }) => name);
    this.#tell(sentences.joined(tookMs, names, (await this.#holder()).name));
  }

  async #webDies(): Promise<void> {
    const { balancers, others } = await partsOf(this.#lab.machines, PATIENCE_MS);
    const [web] = others;
    if (web === undefined) throw new Error('every machine is a balancer');
    const left = this.#lab.machines.filter((machine) => machine !== web);
    let outMs = 0;
    this.#tell(sentences.webKilled(web.name));
    const loss = await this.#losing(async () => {
      outMs = await timed(async () => {
        await web.kill();
        await rostersAre(balancers, left, PATIENCE_MS);
      });
    });
    this.#tell(sentences.webOut(outMs, loss));
    this.#tell(sentences.webStarted(web.name));
    this.#tell(sentences.webBack(web.name, await timed(() => this.#back(web))));
    await pause(CALM_MS);
  }

  async #holderDies(): Promise<void> {
    const former = await this.#holder();
    const others = this.#lab.machines.filter((machine) => machine !== former);
    this.#tell(sentences.holderKilled(former.name));
    const loss = await this.#losing(async () => {
      await former.kill();
      await this.#holder(others);
    });
    const holder = await this.#holder();
    this.#tell(sentences.holderMoved(holder.name, loss));
    this.#tell(sentences.holderStarted(former.name));
    const backMs = await timed(() => this.#back(former));
    this.#tell(sentences.holderBack(former.name, (await this.#holder()).name, backMs));
  }

  /** What visitors lose while something happens, and in the calm after it. */
  async #losing(harm: () => Promise<void>): Promise<Loss> {
    const before = this.#failures.length;
    const probe = openProbe(url);
    await harm();
    await pause(CALM_MS);
    const silenceMs = await probe.stop();
    const failures = this.#failures.slice(before);
    return { failed: failures.length, posts: failures.filter(({ post }) => post).length, silenceMs };
  }

  async #back(machine: LabMachine): Promise<void> {
    await machine.start();
    await this.#agreed();
  }

  async #agreed(): Promise<void> {
    await agree(this.#lab.machines, whole(this.#lab.machines.length), PATIENCE_MS);
  }

  #holder(among = this.#lab.machines): Promise<LabMachine> {
    return holderAmong(among, PATIENCE_MS);
  }
}

const interruption = (): Promise<'interrupted'> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
  });

const tellStory = async (tell: Tell): Promise<void> => {
  tell(sentences.booting());
  await using lab = await openLab({ machines: 3, bare: true });
  await new Story(lab, tell).play();
};

/** Tells live what muster is for, on three machines, and takes them away; Ctrl-C takes them away at once. */
export const demo = async (write: (line: string) => void): Promise<void> => {
  needPayload();
  const begun = performance.now();
  let over = false;
  const tell: Tell = (sentence) => {
    // What was under way when the story was cut goes on for a moment, and nobody wants to hear of it.
    if (over) return;
    const time = ((performance.now() - begun) / 1000).toFixed(1);
    write(`${`${time} s`.padStart(8)}  ${sentence}`);
  };
  const ended = await Promise.race([tellStory(tell).then(() => 'told' as const), interruption()]);
  if (ended === 'told') return;
  tell(sentences.interrupted());
  over = true;
  await withLock(clear);
  process.exit(INTERRUPTED_CODE);
};
