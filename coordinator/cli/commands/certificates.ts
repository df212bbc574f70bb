import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import type { CertSetOptions } from '../verbs/cert-set.ts';
import { declareVerb } from './help.ts';

interface DryRun extends AsData {
  readonly dryRun?: boolean;
}

interface Request extends DryRun {
  readonly domain: readonly string[];
  readonly name?: string;
}

type Exit = (code: number) => void;

const exits = ['ok', 'failure', 'unreachable'] as const;
const nameText = 'what it is called; after its first domain unless given';
const dryRunText = 'only say what it would mean';

/** `muster cert …` */
export function certificateVerbs(program: Command, context: Context, exit: Exit): void {
  const cert = declareVerb(program, 'cert', {
    summary: 'serves the site over https, with your own certificates or with obtained ones',
    description: 'Sets, obtains, lists or removes the certificates that balancers show on port 443.',
    examples: ['muster cert request --domain shop.example', 'muster cert ls'],
    exits,
  });
  setVerb(cert, context, exit);
  requestVerb(cert, context, exit);

  declareVerb(cert, 'ls', {
    description: 'All certificates: names, issuer, end, who shows it, and what is being obtained.',
    examples: ['muster cert ls', 'muster cert ls --json | jq -r .certificates[].name'],
    exits,
  })
    .option('--json', 'the certificates as JSON')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/cert-ls.ts')).certLs(context, options));
    });

  declareVerb(cert, 'renew', {
    description: 'Renews a certificate that was obtained now; one that failed is tried again now.',
    examples: ['muster cert renew shop-example'],
    exits,
  })
    .argument('<CERTIFICATE>', 'its name, as in muster cert ls')
    .option('--json', 'the answer as JSON')
    .action(async (name: string, options: AsData) => {
      const { change } = await import('../verbs/change.ts');
      exit(await change(context, options, (client) => client.renewCertificate(name)));
    });

  declareVerb(cert, 'rm', {
    description: 'Removes a certificate and its key; its names are served by http alone from then on.',
    examples: ['muster cert rm shop-example --dry-run', 'muster cert rm shop-example'],
    exits,
  })
    .argument('<CERTIFICATE>', 'its name, as in muster cert ls')
    .option('--dry-run', dryRunText)
    .option('--json', 'the answer as JSON')
    .action(async (name: string, { dryRun, json = false }: DryRun) => {
      const { change } = await import('../verbs/change.ts');
      exit(await change(context, { json }, (client) => client.removeCertificate(name, dryRun)));
    });
}

/** One more `--domain`; names know no case. */
function domainsFrom(domain: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), domain.toLowerCase()];
}

function setVerb(cert: Command, context: Context, exit: Exit): void {
  declareVerb(cert, 'set', {
    description:
      'Serves a certificate of your own, or replaces one; every fault is found before anything changes.',
    examples: ['muster cert set --certificate fullchain.pem --key privkey.pem'],
    exits,
  })
    .requiredOption('--certificate <file>', 'the certificate in PEM, and after it who signed it, and so on')
    .requiredOption('--key <file>', 'its private key in PEM, without a password')
    .option('--name <name>', nameText)
    .option('--dry-run', dryRunText)
    .option('--json', 'the answer as JSON')
    .action(async (options: CertSetOptions) => {
      exit(await (await import('../verbs/cert-set.ts')).certSet(context, options));
    });
}

function requestVerb(cert: Command, context: Context, exit: Exit): void {
  declareVerb(cert, 'request', {
    description: 'Has a certificate obtained from the ACME authority of the settings, and renewed by itself.',
    examples: ['muster cert request --domain shop.example --domain www.shop.example'],
    exits,
  })
    .requiredOption(
      '--domain <domain>',
      'a name that leads to this cluster; given several times, one certificate speaks for all',
      domainsFrom,
    )
    .option('--name <name>', nameText)
    .option('--dry-run', dryRunText)
    .option('--json', 'the answer as JSON')
    .action(async ({ domain, name, dryRun, json = false }: Request) => {
      const { change } = await import('../verbs/change.ts');
      const wanted = { domains: [...domain], ...(name === undefined ? {} : { name }) };
      exit(await change(context, { json }, (client) => client.requestCertificate(wanted, dryRun)));
    });
}
