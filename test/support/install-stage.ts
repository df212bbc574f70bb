import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { checksums } from '../../scripts/payload.ts';

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

const systemFolders = ['/usr/sbin', '/usr/bin'];

export interface InstallRun {
  readonly code: number | undefined;
  readonly all: string;
}

/** A folder in which install.sh runs among programs that a test puts there. */
export class InstallStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'install-'));
  #programs = systemFolders.join(':');

  constructor() {
    this.write('install.sh', readFileSync(installScript, 'utf8'));
    for (const [name, body] of Object.entries(healthy)) this.stub(name, body);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  write(name: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    chmodSync(this.path(name), mode);
  }

  stub(name: string, body: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\n${body}\n`, 0o755);
  }

  /** The machine's programs but for these, as where they were never installed. */
  without(...names: readonly string[]): void {
    this.#programs = this.path('programs');
    mkdirSync(this.#programs);
    const seen = new Set(names);
    for (const folder of systemFolders) {
      for (const name of readdirSync(folder)) {
        if (!seen.has(name)) symlinkSync(join(folder, name), join(this.#programs, name));
        seen.add(name);
      }
    }
  }

  /** Gives a constant of the script another value. */
  set(constant: string, value: string): void {
    const line = new RegExp(`^readonly ${constant}=.*$`, 'm');
    this.write('install.sh', this.read('install.sh').replace(line, `readonly ${constant}='${value}'`));
  }

  /** Everything that the script writes lies in the folder from now on, and ports and services are nobody's. */
  moveIn(): void {
    const moved = /^readonly (opt|wrapper|config|log_folder|lock|share|scratch_home)=(?=\/)/gm;
    this.write('install.sh', this.read('install.sh').replaceAll(moved, `readonly $1=${this.folder}`));
    for (const constant of ['ports', 'foreign_services', 'adopted_services']) this.set(constant, '');
    mkdirSync(this.path('run/muster'), { recursive: true });
    mkdirSync(this.path('var/tmp'), { recursive: true });
    this.stub('chown', 'true');
  }

  /** A payload whose muster is the given shell script; `$2` is its verb. */
  putPayload(muster: string, folder = 'dist/payload'): void {
    const files = {
      VERSION: '1.0-test\n',
      'completion/_muster': '#compdef muster\n',
      'completion/muster.bash': '# bash\n',
      'completion/muster.fish': '# fish\n',
      'lib/part-A1.mjs': '// a part\n',
      muster: `#!/bin/sh\nhome=${this.path('opt/muster/current')}\n`,
      'muster.mjs': '// the program\n',
      node: `#!/bin/sh\nif [ "$1" = --version ]; then exit; fi\n${muster}\n`,
    };
    for (const [name, text] of Object.entries(files)) this.write(`${folder}/${name}`, text, 0o755);
    const hashed = Object.entries(files).map(([path, text]) => ({
      path,
      sha256: createHash('sha256').update(text).digest('hex'),
    }));
    this.write(`${folder}/SHA256SUMS`, checksums(hashed));
  }

  /** `to`: where its words go instead, as in `>/dev/full`. */
  run(words: readonly string[], to = ''): Promise<InstallRun> {
    return this.paste(`exec sh "$0" "$@" ${to}`, [this.path('install.sh'), ...words]);
  }

  /** A line as somebody types it, with words for its `$0`, `$1`… */
  async paste(line: string, words: readonly string[] = []): Promise<InstallRun> {
    const result = await execa('sh', ['-c', line, ...words], {
      reject: false,
      all: true,
      cwd: this.folder,
      env: { PATH: `${this.path('bin')}:${this.#programs}`, TMPDIR: this.path('var/tmp'), HOME: this.folder },
    });
    return { code: result.exitCode, all: result.all };
  }
}
