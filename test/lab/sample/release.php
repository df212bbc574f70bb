<?php

declare(strict_types=1);

// Run once, on one node, before a release is switched to.
require __DIR__ . '/src/database.php';

connect((int) getenv('DB_PORT'))->exec(
    'CREATE TABLE IF NOT EXISTS entries (
        name VARCHAR(64) NOT NULL PRIMARY KEY,
        text TEXT NOT NULL,
        at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
    )',
);
