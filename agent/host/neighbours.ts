import { createSocket } from 'node:dgram';
import * as z from 'zod';
import type { Clock, Commands } from '../../roles/model/ports.ts';

const Neighbours = z.array(z.looseObject({ lladdr: z.string().optional(), state: z.array(z.string()) }));

/** The discard service: whoever listens there at all drops what comes. */
const discardPort = 9;
/** The kernel asks three times, a second apart; on one network an answer takes milliseconds. */
const waitMs = 200;
const looks = 5;
/** `ip` answers at once. */
const commandTimeoutMs = 2_000;

/**
 * Whether a machine of this network has an address: the kernel is made to ask for it by ARP, and says whether somebody
 * answered. An address of this machine itself, or beyond a router, is not noticed.
 */
export async function addressAnswers(
  { commands, clock }: { readonly commands: Commands; readonly clock: Clock },
  address: string,
): Promise<boolean> {
  await makeKernelAsk(address);
  for (let look = 0; look < looks; look += 1) {
    await clock.sleep(waitMs);
    if (await isKnown(commands, address)) return true;
  }
  return false;
}

/** One byte to nobody in particular: before it can go, the kernel has to know whose the address is. */
async function makeKernelAsk(address: string): Promise<void> {
  const socket = createSocket('udp4');
  const sent = Promise.withResolvers<void>();
  // An unreachable network is an answer, too: nobody has the address here.
  socket.on('error', () => sent.resolve());
  socket.send(Buffer.from([0]), discardPort, address, () => sent.resolve());
  await sent.promise;
  socket.close();
}

async function isKnown(commands: Commands, address: string): Promise<boolean> {
  const argv = ['ip', '-json', 'neighbour', 'show', address] as const;
  const { stdout } = await commands.run(argv, { timeoutMs: commandTimeoutMs });
  const found = Neighbours.safeParse(JSON.parse(stdout.trim() === '' ? '[]' : stdout));
  return (
    found.success && found.data.some(({ lladdr, state }) => lladdr !== undefined && !state.includes('FAILED'))
  );
}
