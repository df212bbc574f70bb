<?php

declare(strict_types=1);

require_once __DIR__ . '/patience.php';

function uploads(): string
{
    $folder = getenv('SHARED_DIR') . '/uploads';
    clearstatcache();
    if (!is_dir($folder) && !@mkdir($folder, 0o770, true) && !is_dir($folder)) {
        throw refused($folder);
    }
    return $folder;
}

/** Keeps a file under a name, also where the common files refuse it for a moment. Returns its SHA-256. */
function keep(string $name, string $content): string
{
    patiently(static fn () => place($name, $content), static fn (Throwable $error) => $error instanceof RuntimeException);
    return hash('sha256', $content);
}

/** Whole, on disk, and then there: under its own name nobody ever finds a half. */
function place(string $name, string $content): void
{
    $path = uploads() . '/' . $name;
    $part = $path . '.' . bin2hex(random_bytes(8)) . '.part';
    $file = @fopen($part, 'xb');
    if ($file === false || @fwrite($file, $content) !== strlen($content) || !@fsync($file) || !@fclose($file)) {
        throw refused($part);
    }
    if (!@rename($part, $path)) {
        throw refused($path);
    }
}

function refused(string $path): RuntimeException
{
    return new RuntimeException("$path: " . (error_get_last()['message'] ?? 'refused'));
}
