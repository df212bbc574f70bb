<?php

declare(strict_types=1);

/**
 * Pauses between attempts, in milliseconds: 10 s in all. A move of the database takes a second, and several on machines
 * that are busy; common files stand still for five when a machine that holds a copy dies.
 */
const PAUSES_MS = [50, 100, 200, 400, 750, 1000, 1000, 1500, 2000, 3000];

/** Does the work, and again while it fails for a reason that passes. The answer's X-Attempts tells how often. */
function patiently(callable $work, callable $passes): mixed
{
    foreach ([...PAUSES_MS, null] as $attempt => $pauseMs) {
        header('X-Attempts: ' . ($attempt + 1));
        try {
            return $work();
        } catch (Throwable $error) {
            if ($pauseMs === null || !$passes($error)) {
                throw $error;
            }
            error_log('again: ' . $error->getMessage());
            usleep($pauseMs * 1000);
        }
    }
}
