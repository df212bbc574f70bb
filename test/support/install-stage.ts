import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

export const installScript = join(import.meta.dirname, '../../install.sh');

/** Programs as a machine in good order has them; a test puts others in their place. */
const healthy = {
  uname: 'echo x86_64',
  id: 'if [ "$1" = -un ]; then echo ann; else echo 0; fi',
  df: 'echo; echo "/dev/x 9000 1000 8000 12% /"',
  ip: 'if [ "$2" = route ]; then echo "198.51.100.1 via 10.0.0.1 dev eth0 src 10.0.0.5 uid 0"; else echo "2: eth0 inet 10.0.0.5/24 scope global eth0"; fi',
  'apt-get': `echo "'http://mirror.test/debian/dists/bookworm/InRelease' name 0"`,
  'apt-config': 'true',
  getent: 'true',
  curl: 'echo "HTTP/1.1 200 OK"; echo "Date: $(date -u +"%a, %d %b %Y %H:%M:%S GMT")"',
  systemctl: 'exit 3',
  'dpkg-query': 'exit 1',
};

export interface InstallRun {
  readonly code: number | undefined;
  readonly all: string;
}

/** A folder in which install.sh runs among programs that a test puts there. */
export class InstallStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'install-'));

  constructor() {
    this.write('install.sh', readFileSync(installScript, 'utf8'));
    for (const [name, body] of Object.entries(healthy)) this.stub(name, body);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    chmodSync(this.path(name), mode);
  }

  stub(name: string, body: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\n${body}\n`, 0o755);
  }

  /** Everything that the script writes lies in the folder from now on, and ports and services are nobody's. */
  moveIn(): void {
    const text = readFileSync(installScript, 'utf8')
      .replaceAll(/^readonly (opt|wrapper|config|log_folder|lock)=(?=\/)/gm, `readonly $1=${this.folder}`)
      .replaceAll(/^readonly (ports|foreign_services|adopted_services)=.*$/gm, "readonly $1=''");
    this.write('install.sh', text);
    mkdirSync(this.path('run/muster'), { recursive: true });
    this.stub('chown', 'true');
  }

  /** A payload whose muster is the given shell script; `$2` is its verb. */
  putPayload(muster: string): void {
    const script = `#!/bin/sh\nif [ "$1" = --version ]; then exit; fi\n${muster}\n`;
    this.write('dist/payload/node', script, 0o755);
    this.write('dist/payload/muster', '#!/bin/sh\n', 0o755);
    this.write('dist/payload/VERSION', '1.0-test\n');
    this.write('dist/payload/SHA256SUMS', '');
    this.stub('sha256sum', 'true');
  }

  /** `to`: where its words go instead, as in `>/dev/full`. */
  async run(words: readonly string[], to = ''): Promise<InstallRun> {
    const path = `${this.path('bin')}:/usr/sbin:/usr/bin:/sbin:/bin`;
    const line = `exec sh "$0" "$@" ${to}`;
    const result = await execa('sh', ['-c', line, this.path('install.sh'), ...words], {
      reject: false,
      all: true,
      env: { PATH: path },
    });
    return { code: result.exitCode, all: result.all };
  }
}
