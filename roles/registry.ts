import * as z from 'zod';
import { balancer } from './balancer/index.ts';
import { BalancerSettings } from './balancer/settings.ts';
import { cache } from './cache/index.ts';
import { CacheSettings } from './cache/settings.ts';
import { db } from './db/index.ts';
import { DbSettings } from './db/settings.ts';
import { ClusterSettings } from './model/settings.ts';
import { node } from './node/index.ts';
import { NodeSettings } from './node/settings.ts';
import type { Role } from './role.ts';
import { storage } from './storage/index.ts';
import { StorageSettings } from './storage/settings.ts';
import { web } from './web/index.ts';
import { WebSettings } from './web/settings.ts';

/** Every role muster knows, in the order they are set up on a node. */
export const roles: readonly Role[] = [node, storage, db, web, cache, balancer];

/** The whole of muster.yml: the cluster's section and one per role, all defaults good, unknown keys refused. */
export const Settings = z.strictObject({
  cluster: ClusterSettings.prefault({}),
  node: NodeSettings.prefault({}),
  balancer: BalancerSettings.prefault({}),
  cache: CacheSettings.prefault({}),
  db: DbSettings.prefault({}),
  web: WebSettings.prefault({}),
  storage: StorageSettings.prefault({}),
});
export type Settings = z.infer<typeof Settings>;
