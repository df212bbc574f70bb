import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { APT_ARCHIVES, APT_LAYER, TREES } from '../core/paths.ts';
import { hostSources } from '../host/apt-sources.ts';
import { unmountAll } from '../host/mounts.ts';
import { aptSettings, CA_BUNDLE, extraCertificates } from '../host/trust.ts';
import { makeBare } from './bare.ts';
import { makeLayer } from './layer.ts';
import {
  BARE_PACKAGES,
  CURL_PACKAGES,
  KERNEL_FILES,
  KERNEL_PACKAGES,
  keyOf,
  ROLE_PACKAGES,
} from './recipe.ts';

/** Which tree the machines stand on. */
export type TreeKind = 'bare' | 'curl' | 'full';

type Say = (line: string) => void;

/** Makes what is not there yet, under another name until it is whole; forgets the former of its kind. */
const once = async (key: string, say: Say, make: (target: string) => Promise<void>): Promise<string> => {
  const tree = join(TREES, key);
  if (existsSync(tree)) return tree;
  const building = `${tree}.building`;
  const begun = performance.now();
  say(`making the base tree ${key} (once)`);
  await rm(building, { recursive: true, force: true });
  await make(building);
  await rename(building, tree);
  say(`made ${key} in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  const kind = key.replace(/-.*/, '');
  for (const name of await readdir(TREES)) {
    if (name.startsWith(`${kind}-`) && name !== key)
      await rm(join(TREES, name), { recursive: true, force: true });
  }
  return tree;
};

const trustLayer = async (below: readonly string[], say: Say): Promise<string[]> => {
  const extra = await extraCertificates(join(below.at(-1) ?? '', CA_BUNDLE));
  if (extra.length === 0) return [];
  const files = Object.fromEntries(
    extra.map((text, index) => [`usr/local/share/ca-certificates/host-${index + 1}.crt`, `${text}\n`]),
  );
  return [
    await once(keyOf('trust', [below, files]), say, (target) => makeLayer(target, below, ['trust'], files)),
  ];
};

/** The layers a machine stands on, topmost first; made if they are not there. */
export const treeLayers = async (kind: TreeKind, say: Say): Promise<string[]> => {
  await mkdir(TREES, { recursive: true });
  await mkdir(join(APT_LAYER, APT_ARCHIVES, 'partial'), { recursive: true });
  // What a crash left half-made.
  await unmountAll(TREES);
  const [sources, settings] = [await hostSources(), await aptSettings()];
  const bareKey = keyOf('bare', [BARE_PACKAGES, sources, settings]);
  const layers = [await once(bareKey, say, (target) => makeBare(target, sources, settings, say))];
  // Made over the bare tree alone and laid over any: it holds nothing but /etc/ssl and the host's certificates.
  const trust = await trustLayer(layers, say);
  const packages = { bare: [], curl: CURL_PACKAGES, full: ROLE_PACKAGES }[kind];
  if (packages.length > 0) {
    const key = keyOf(kind, [bareKey, packages]);
    layers.unshift(await once(key, say, (target) => makeLayer(target, layers, ['install', ...packages])));
  }
  return [...trust, ...layers];
};

/** The same layers under one more, with a kernel and the way in. */
export const withKernel = async (layers: readonly string[], say: Say): Promise<string[]> => {
  const key = keyOf('kernel', [layers, KERNEL_PACKAGES, KERNEL_FILES]);
  const make = (target: string): Promise<void> =>
    makeLayer(target, layers, ['install', ...KERNEL_PACKAGES], KERNEL_FILES);
  return [await once(key, say, make), ...layers];
};
