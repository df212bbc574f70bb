import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import type { CommandResult, Commands } from '../../roles/model/ports.ts';

/** An IPv4 address of this machine that others may reach. */
interface Candidate {
  readonly address: string;
  readonly interface: string;
}

const Routes = z.array(z.looseObject({ prefsrc: z.ipv4().optional() }));
const Interfaces = z.array(
  z.looseObject({
    ifname: z.string().optional(),
    addr_info: z
      .array(z.looseObject({ local: z.ipv4().optional(), scope: z.string().optional() }))
      .optional(),
  }),
);

/** An address of RFC 5737 far away: the kernel is only asked which source it would take, nothing is sent. */
const farAway = '198.51.100.1';

/**
 * The address others reach this machine by: the one asked for, else the source of the default route, else the only
 * one there is. Throws `preflight-failed` with the flags to choose by where that leaves a choice or none.
 */
export async function chooseAddress(commands: Commands, asked?: string): Promise<string> {
  const candidates = await candidateAddresses(commands);
  if (asked !== undefined) {
    if (candidates.some(({ address }) => address === asked)) return asked;
    throw refusal(`no interface has the address ${asked}`, candidates);
  }
  const routed = await defaultSource(commands);
  if (routed !== undefined) return routed;
  const [only, ...others] = candidates;
  if (only === undefined) throw refusal('no interface has an IPv4 address', []);
  if (others.length === 0) return only.address;
  throw refusal('several interfaces have addresses and there is no default route to choose by', candidates);
}

async function candidateAddresses(commands: Commands): Promise<readonly Candidate[]> {
  const result = await commands.run(['ip', '-4', '-json', 'address', 'show', 'scope', 'global']);
  return parsed(Interfaces, result).flatMap((one) =>
    (one.addr_info ?? []).flatMap(({ local }) =>
      local === undefined ? [] : [{ address: local, interface: one.ifname ?? 'unknown' }],
    ),
  );
}

async function defaultSource(commands: Commands): Promise<string | undefined> {
  const result = await commands.run(['ip', '-4', '-json', 'route', 'get', farAway]);
  return result.exitCode === 0 ? parsed(Routes, result)[0]?.prefsrc : undefined;
}

function parsed<Schema extends z.ZodType>(schema: Schema, result: CommandResult): z.infer<Schema> {
  return schema.parse(JSON.parse(result.stdout.trim() === '' ? '[]' : result.stdout));
}

function refusal(what: string, candidates: readonly Candidate[]): MusterError {
  const flags = candidates.map((one) => `--address ${one.address} (${one.interface})`);
  return new MusterError('preflight-failed', {
    what,
    why: 'the other nodes must be able to reach this machine by one address',
    next: flags.length === 0 ? 'ip address add ADDRESS/24 dev INTERFACE' : `add one of: ${flags.join(', ')}`,
  });
}
