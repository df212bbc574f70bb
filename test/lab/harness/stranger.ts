import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

import type { LabMachine } from './machine.ts';
import type { Payloads } from './pcap.ts';
import type { Errand } from './stranger-program.ts';

const PROGRAM = fileURLToPath(new URL('stranger-program.ts', import.meta.url));
const NODE = join(import.meta.dirname, '../../../dist/payload/node');
const FOLDER = '/root/stranger';

/** A program on the cluster's wire that belongs to nobody. */
export interface Stranger {
  /** The TCP ports of an address that answer. */
  scan(host: string, ports: readonly number[]): Promise<readonly number[]>;
  /** Random bytes to every port where muster listens for others. */
  garbage(host: string, times: number): Promise<void>;
  /** Sends again what others have said, from an address of its own. */
  replay(host: string, port: number, said: Payloads, from?: string): Promise<void>;
}

const strangerBy = (send: (errand: Errand) => Promise<string>): Stranger => ({
  scan: async (host, ports) => JSON.parse(await send({ kind: 'scan', host, ports })) as number[],
  garbage: async (host, times) => {
    await send({ kind: 'garbage', host, times });
  },
  replay: async (host, port, said, from) => {
    const base64 = (all: readonly Buffer[]): string[] => all.map((one) => one.toString('base64'));
    const errand = { kind: 'replay', host, port, udp: base64(said.udp), tcp: base64(said.tcp) } as const;
    await send(from === undefined ? errand : { ...errand, from });
  },
});

/** A stranger on a machine of the lab, which needs nothing but a Node.js that is put there. */
export const strangerOn = async (machine: LabMachine): Promise<Stranger> => {
  await machine.put(NODE, `${FOLDER}/node`);
  await machine.put(PROGRAM, `${FOLDER}/program.mts`);
  return strangerBy(async (errand) => {
    const said = await machine.exec([`${FOLDER}/node`, `${FOLDER}/program.mts`], {
      input: JSON.stringify(errand),
    });
    return said.stdout;
  });
};

/** A stranger on the host itself, at the network's gateway. */
export const strangerHere = (): Stranger =>
  strangerBy(async (errand) => {
    const said = await execa(process.execPath, [PROGRAM], { input: JSON.stringify(errand) });
    return said.stdout;
  });
