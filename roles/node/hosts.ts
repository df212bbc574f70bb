import { sha256 } from '../model/fingerprint.ts';
import type { Observed } from '../model/observed.ts';
import type { Step } from '../model/step.ts';
import type { View } from '../model/view.ts';
import { blockOf, hostsPath, withBlock } from './templates.ts';

/** What a machine whose hosts file is gone gets beside our block. */
const bareHosts = '127.0.0.1 localhost\n::1 localhost\n';

/**
 * Keeps our block in the hosts file, and leaves the rest of the text, its mode and its owner as they are. Nothing is
 * planned for a file that is there and whose text was not read: that would cost the machine its own lines.
 */
export function ensureHosts(view: View, observed: Observed): Step[] {
  const found = observed.files[hostsPath];
  const text = observed.texts[hostsPath];
  if (found !== undefined && text === undefined) return [];
  const content = withBlock(text ?? bareHosts, blockOf(view));
  if (text === content) return [];
  const file = { path: hostsPath, content, mode: found?.mode ?? 0o644, owner: found?.owner ?? 'root:root' };
  return [{ kind: 'file', file, why: reasonFor(observed, text) }];
}

/** Whether every node can be found by its name. */
export function hostsComplete(view: View, observed: Observed): boolean {
  return observed.texts[hostsPath]?.includes(blockOf(view)) === true;
}

function reasonFor(observed: Observed, text: string | undefined): string {
  const written = observed.written[hostsPath];
  if (written === undefined) return `the nodes are to be found by their names in ${hostsPath}`;
  if (text === undefined) return `${hostsPath} had been deleted by another hand`;
  if (sha256(text) === written) return `${hostsPath} follows the nodes and their addresses`;
  return `the nodes' names in ${hostsPath} had been changed by another hand`;
}
