<?php

declare(strict_types=1);

require_once __DIR__ . '/patience.php';

/** Errors that pass: the primary is being moved or has just died, or two transactions were in each other's way. */
const PASSING = [
    1205, // waited too long for a lock
    1213, // deadlock
    1290, // the server is read only
    1836, // the same, for this session
    1927, // the connection was killed
    2002, // nobody listens
    2006, // the connection is gone
    2013, // the connection broke in the middle of a statement
];


/** A connection to the endpoint of this machine that listens on the port. */
function connect(int $port): PDO
{
    $place = sprintf('mysql:host=%s;port=%d;dbname=%s;charset=utf8mb4', getenv('DB_HOST'), $port, getenv('DB_NAME'));
    return new PDO($place, getenv('DB_USER'), getenv('DB_PASSWORD'), [
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
        PDO::ATTR_EMULATE_PREPARES => false,
        PDO::ATTR_TIMEOUT => 5,
    ]);
}

/**
 * Does the work in one transaction, and all of it again, over a new connection, where the database refused it for a
 * reason that passes. A commit whose answer was lost may have been done: the work must be such that a second time
 * changes nothing.
 */
function transact(callable $work): mixed
{
    return patiently(static function () use ($work): mixed {
        $database = connect((int) getenv('DB_PORT'));
        $database->beginTransaction();
        $result = $work($database);
        $database->commit();
        return $result;
    }, passes(...));
}

function passes(Throwable $error): bool
{
    return $error instanceof PDOException && in_array((int) ($error->errorInfo[1] ?? $error->getCode()), PASSING, true);
}
