import { access, chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { checksums, hashFolder, payloadVersion } from './payload.ts';

/** Makes dist/payload: all that a machine needs to run muster, apart from Debian's packages. */

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist/payload');
/** Filled beside the target and renamed: whoever looks sees the former payload or the new one. */
const fresh = join(root, 'dist/payload.new');

async function main(): Promise<void> {
  const startedMs = performance.now();
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await Promise.all([
    bundle(root, { muster: 'coordinator/cli/main.ts' }, fresh),
    copyNode(),
    copyFolder('docs', 'docs', (name) => name.endsWith('.md')),
    copyFolder('scripts/completion', 'completion', () => true),
    copyProgram('install.sh', 'install.sh'),
  ]);
  await copyProgram('scripts/wrapper.sh', 'muster');
  const version = payloadVersion(await packageVersion(), await hashFolder(fresh));
  await writeFile(join(fresh, 'VERSION'), `${version}\n`);
  await writeFile(join(fresh, 'SHA256SUMS'), checksums(await hashFolder(fresh)));
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
  say(`dist/payload: muster ${version} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}

async function copyNode(): Promise<void> {
  const name = `node-linux-${process.arch}`;
  const binary = join(root, 'node_modules', name, 'bin/node');
  try {
    await access(binary);
  } catch {
    fail(
      `${binary} is missing: npm passes over an optional package that it cannot fetch without a word. ` +
        `Run "npm ci" again and read what it says about ${name}.`,
    );
  }
  await copyFile(binary, join(fresh, 'node'));
  await chmod(join(fresh, 'node'), 0o755);
}

async function copyFolder(source: string, name: string, wanted: (name: string) => boolean): Promise<void> {
  await mkdir(join(fresh, name));
  const names = (await readdir(join(root, source))).filter(wanted);
  await Promise.all(names.map((file) => copyFile(join(root, source, file), join(fresh, name, file))));
}

async function copyProgram(source: string, name: string): Promise<void> {
  await copyFile(join(root, source), join(fresh, name));
  await chmod(join(fresh, name), 0o755);
}

async function packageVersion(): Promise<string> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(sentence: string): never {
  process.stderr.write(`build: ${sentence}\n`);
  process.exit(1);
}

await main();
