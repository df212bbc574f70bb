import { z } from 'zod';
import { ClusterSettings } from './model/settings.ts';
import type { Role } from './role.ts';

/** Every role muster knows, in the order they are set up on a node. */
export const roles: readonly Role[] = [];

/** The whole of muster.yml: the cluster's section and one per role, all defaults good, unknown keys refused. */
export const Settings = z.strictObject({ cluster: ClusterSettings.prefault({}) });
export type Settings = z.infer<typeof Settings>;
