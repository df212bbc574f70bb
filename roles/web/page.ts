import { listen } from '../model/listen.ts';
import { lines } from '../model/text.ts';

export interface PageInput {
  readonly cluster: string;
  readonly node: { readonly name: string; readonly id: string; readonly address: string };
  readonly roles: readonly string[];
  /** Package name to version. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The page of a cluster that has no application yet: who answered, with what, and where to read on. */
export function defaultPage(input: PageInput): string {
  const { node } = input;
  return lines(
    '<?php header("Cache-Control: no-store"); ?>',
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${html(input.cluster)}: it serves</title>`,
    `<style>${style}</style>`,
    '<main>',
    `<h1>${html(input.cluster)} serves.</h1>`,
    `<p>This page came from <b>${html(node.name)}</b> (${html(node.id)}, ${html(node.address)}).</p>`,
    '<dl>',
    `<dt>Roles</dt><dd>${input.roles.map(html).join(', ')}</dd>`,
    '<dt>PHP</dt><dd><?= PHP_VERSION ?></dd>',
    Object.entries(input.versions).map(
      ([name, version]) => `<dt>${html(name)}</dt><dd>${html(version)}</dd>`,
    ),
    '</dl>',
    '<p>On any machine of the cluster, <code>muster status</code> tells how it fares, and',
    `<code>muster docs</code> or <a href="https://${html(node.address)}:${listen.api}/docs/operations">the docs</a> tell the rest.</p>`,
    '</main>',
    '</html>',
  );
}

/** The health page: PHP itself has to say it. */
export const healthPage = '<?php header("Cache-Control: no-store"); echo "ok\\n";\n';

const style =
  'body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;background:#f6f7f4;color:#1d2a22}' +
  'main{max-width:40rem;margin:12vh auto;padding:0 1.5rem}dt{font-weight:600}dd{margin:0 0 .6rem}' +
  '@media(prefers-color-scheme:dark){body{background:#15201a;color:#e6ece8}a{color:#9fd3b4}}';

/** For HTML and for a PHP file: no tag of either can begin. */
function html(text: string): string {
  return text.replace(/[&<>"'?]/g, (character) => `&#${character.charCodeAt(0)};`);
}
