import { beforeEach, expect, test } from 'vitest';
import { addressAnswers } from '../../../../agent/host/neighbours.ts';
import { FakeClock, settle } from '../../../support/fake-clock.ts';
import { FakeCommands, type Script } from '../../../support/fake-commands.ts';

/** Of this machine: what makes the kernel ask goes no further. */
const address = '127.0.0.1';
const question = `ip -json neighbour show ${address}`;

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

async function asked(script: Script): Promise<{ answers: boolean; looks: number }> {
  const commands = new FakeCommands({ [question]: script });
  const answering = addressAnswers({ commands, clock }, address);
  // The datagram goes out in real time; from then on there are looks, and pauses before them.
  while (clock.sleeping === 0) await settle();
  await clock.advance(1_000);
  return { answers: await answering, looks: commands.calls.length };
}

const entry = (part: object): Script => ({
  stdout: JSON.stringify([{ dst: address, dev: 'eth0', ...part }]),
});

test.each<[string, Script, boolean]>([
  ['an answer', entry({ lladdr: '52:54:00:12:34:56', state: ['REACHABLE'] }), true],
  [
    'an answer of before, which the kernel still believes',
    entry({ lladdr: '52:54:00:12:34:56', state: ['STALE'] }),
    true,
  ],
  ['a question under way', entry({ state: ['INCOMPLETE'] }), false],
  ['no answer', entry({ state: ['FAILED'] }), false],
  ['an answer of before, and none now', entry({ lladdr: '52:54:00:12:34:56', state: ['FAILED'] }), false],
  ['no entry', { stdout: '[]' }, false],
  ['no word', { stdout: '' }, false],
  ['a refusal', { exitCode: 1, stderr: 'Cannot open netlink socket' }, false],
  ['another thing', { stdout: '{"dst":1}' }, false],
])('%s says %s', async (_, script, answers) => {
  expect(await asked(script)).toEqual({ answers, looks: answers ? 1 : 5 });
});

test('an answer may take a moment', async () => {
  let look = 0;
  const late: Script = () => {
    look += 1;
    return { stdout: look < 4 ? '[]' : JSON.stringify([{ lladdr: '52:54:00:12:34:56', state: ['DELAY'] }]) };
  };
  expect(await asked(late)).toEqual({ answers: true, looks: 4 });
});

test('without the program there is no answer, and it is said', async () => {
  const answering = addressAnswers({ commands: new FakeCommands(), clock }, address).catch(
    (error: unknown) => error,
  );
  while (clock.sleeping === 0) await settle();
  await clock.advance(200);
  expect(await answering).toMatchObject({ code: 'command-missing' });
});
