import * as z from 'zod';
import { spreadSetting } from '../model/spread.ts';
import { copies } from '../model/storage.ts';
import type { View } from '../model/view.ts';

/** A file system that another keeps, as mount(8) takes it. */
const ExternalMount = z.strictObject({
  type: z.string().regex(/^[a-z0-9.]+$/, 'a type of file system is like nfs4 or ceph'),
  source: z.string().regex(/^[^\s-]\S*$/, 'a source is one word, as in nas.example:/files'),
  options: z.string().regex(/^\S+$/, 'options are one word, as in rw,noatime').default('rw'),
});

/** The operator's wishes for the common file system: `storage:` in muster.yml. */
export const StorageSettings = z.strictObject({
  nodes: spreadSetting(copies, 'each of three holds a copy of every file; every three more add space'),
  driver: z
    .enum(['auto', 'local', 'nfs', 'gluster', 'external'])
    .default('auto')
    .describe(
      'Where the common files are kept: auto is a folder while there is one node and GlusterFS from the second on; or local, nfs (served by the node that has them, where its kernel can), gluster, external.',
    ),
  external: z
    .union([z.null(), ExternalMount])
    .default(null)
    .describe(
      'For external: the type, source and options by which every web node mounts what another keeps.',
    ),
});
export type StorageSettings = z.infer<typeof StorageSettings>;

/** The wishes as a view has them. */
export function storageSettingsOf({ settings }: Pick<View, 'settings'>): StorageSettings {
  return StorageSettings.parse(settings['storage'] ?? {});
}
