import { eventually } from './eventually.ts';
import type { LabMachine } from './machine.ts';

/** An ACME authority on a machine of the lab: Debian's pebble, with a name server of its own. */
export interface AcmeAuthority {
  /** Its directory, as muster is told it. */
  readonly directory: string;
  /** PEM: whom to believe that it is the authority. */
  readonly certificate: string;
  /** PEM: who signs what it issues, from now until it is started anew. */
  root(): Promise<string>;
}

/** A name that this authority issues nothing for. */
export const blockedName = 'blocked.example';

/** Short enough to be due for renewal after two thirds: 40 s. */
export const shortLifeSeconds = 60;

const folder = '/root/pebble';
const dnsPort = 8053;

/** Starts pebble on a machine; every name leads to one address. */
export async function startAuthority(
  machine: LabMachine,
  leadsTo: string,
  lifeSeconds?: number,
): Promise<AcmeAuthority> {
  const { address } = machine;
  await machine.exec(['mkdir', '-p', folder]);
  await machine.exec(['openssl', 'req', '-x509', ...newKey, ...forAddress(address)]);
  await machine.writeFile(`${folder}/pebble.json`, JSON.stringify(config(lifeSeconds)));
  await service(machine, 'names', ['/usr/bin/pebble-challtestsrv', ...names(leadsTo)]);
  await restart(machine);
  return {
    directory: `https://${address}:14000/dir`,
    certificate: await machine.readFile(`${folder}/cert.pem`),
    root: () => outputOf(machine, ['curl', '-sk', `https://${address}:15000/roots/0`]),
  };
}

/** The same authority again, which has forgotten everybody, with another life for what it issues. */
export async function restartAuthority(machine: LabMachine, lifeSeconds: number): Promise<void> {
  await machine.writeFile(`${folder}/pebble.json`, JSON.stringify(config(lifeSeconds)));
  await machine.exec(['systemctl', 'stop', 'lab-pebble']);
  await restart(machine);
}

async function restart(machine: LabMachine): Promise<void> {
  const words = ['-config', `${folder}/pebble.json`, '-dnsserver', `127.0.0.1:${String(dnsPort)}`];
  await service(machine, 'pebble', ['/usr/bin/pebble', ...words]);
  await eventually(
    'pebble answers',
    async () => {
      const { stdout } = await machine.exec(['curl', '-sk', 'https://127.0.0.1:14000/dir'], {
        reject: false,
      });
      return stdout.includes('newOrder') ? true : undefined;
    },
    { deadlineMs: 20_000 },
  );
}

/** Without its own pauses before a validation, which are there to test the patience of clients. */
async function service(machine: LabMachine, name: string, argv: readonly string[]): Promise<void> {
  const unit = ['systemd-run', '--quiet', '--collect', `--unit=lab-${name}`, '--setenv=PEBBLE_VA_NOSLEEP=1'];
  await machine.exec([...unit, ...argv]);
}

async function outputOf(machine: LabMachine, argv: readonly string[]): Promise<string> {
  return (await machine.exec(argv)).stdout;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];

function forAddress(address: string): string[] {
  const files = ['-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`];
  return [...files, '-subj', '/CN=pebble', '-addext', `subjectAltName=IP:${address},IP:127.0.0.1`];
}

function names(leadsTo: string): string[] {
  const off = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-management', ''];
  return ['-defaultIPv4', leadsTo, '-defaultIPv6', '', '-dns01', `127.0.0.1:${String(dnsPort)}`, ...off];
}

function config(lifeSeconds?: number): object {
  return {
    pebble: {
      listenAddress: '0.0.0.0:14000',
      managementListenAddress: '0.0.0.0:15000',
      certificate: `${folder}/cert.pem`,
      privateKey: `${folder}/key.pem`,
      httpPort: 80,
      tlsPort: 443,
      ocspResponderURL: '',
      externalAccountBindingRequired: false,
      domainBlocklist: [blockedName],
      ...(lifeSeconds === undefined ? {} : { certificateValidityPeriod: lifeSeconds }),
    },
  };
}
