<?php

declare(strict_types=1);

function uploads(): string
{
    $folder = getenv('SHARED_DIR') . '/uploads';
    if (!is_dir($folder) && !mkdir($folder, 0o770, true) && !is_dir($folder)) {
        throw new RuntimeException("$folder cannot be made");
    }
    return $folder;
}

/** Keeps a file under a name: whole, on disk, and then there. Returns its SHA-256. */
function keep(string $name, string $content): string
{
    $path = uploads() . '/' . $name;
    $part = $path . '.' . bin2hex(random_bytes(8)) . '.part';
    $file = fopen($part, 'xb');
    if ($file === false || fwrite($file, $content) !== strlen($content) || !fsync($file) || !fclose($file)) {
        throw new RuntimeException("$part cannot be written");
    }
    if (!rename($part, $path)) {
        throw new RuntimeException("$part cannot be moved to its place");
    }
    return hash('sha256', $content);
}
