import { build } from 'esbuild';

/** Bundles a program as every node runs it, into a folder: `<name>.mjs`, and in `lib` what is imported lazily. */
export async function bundle(
  root: string,
  entry: Readonly<Record<string, string>>,
  outdir: string,
): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { ...entry },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported lazily is a file of its own: help is instant, and the agent carries no more than it uses.
    splitting: true,
    chunkNames: 'lib/[name]-[hash]',
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Packages in CommonJS call require(), which an ES module does not have.
    banner: {
      js: "import { createRequire as musterRequire } from 'node:module';const require = musterRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}
