<?php header("Cache-Control: no-store"); ?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>muster: it serves</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;background:#f6f7f4;color:#1d2a22}main{max-width:40rem;margin:12vh auto;padding:0 1.5rem}dt{font-weight:600}dd{margin:0 0 .6rem}@media(prefers-color-scheme:dark){body{background:#15201a;color:#e6ece8}a{color:#9fd3b4}}</style>
<main>
<h1>muster serves.</h1>
<p>This page came from <b>b1</b> (naaaaaaaaaaaa, 10.77.0.11).</p>
<dl>
<dt>Roles</dt><dd>balancer, web</dd>
<dt>PHP</dt><dd><?= PHP_VERSION ?></dd>
<dt>haproxy</dt><dd>2.6.12</dd>
</dl>
<p>On any machine of the cluster, <code>muster status</code> tells how it fares, and
<code>muster docs</code> or <a href="https://10.77.0.11:7701/docs/operations">the docs</a> tell the rest.</p>
</main>
</html>
