<?php

declare(strict_types=1);

require __DIR__ . '/../src/database.php';
require __DIR__ . '/../src/uploads.php';

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$name = $_GET['name'] ?? '';
header('Cache-Control: no-store');
header('Content-Type: text/plain; charset=utf-8');

try {
    match ([$_SERVER['REQUEST_METHOD'], $path]) {
        ['GET', '/up'] => print "ok\n",
        ['GET', '/'] => page(),
        ['GET', '/visits'] => visits(),
        ['POST', '/entries'] => enter(checked($name), file_get_contents('php://input')),
        ['POST', '/uploads'] => upload(checked($name), file_get_contents('php://input')),
        ['GET', '/uploads'] => download(checked($name)),
        ['GET', '/ledger'] => ledger((int) getenv(isset($_GET['reads']) ? 'DB_READ_PORT' : 'DB_PORT')),
        default => refuse(404, "there is no $path"),
    };
} catch (Throwable $error) {
    error_log((string) $error);
    refuse(503, 'try again: ' . $error->getMessage());
}

/** A page for people: a session, the newest entries, a style sheet. */
function page(): void
{
    session_start();
    $_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1;
    $query = 'SELECT name, text FROM entries ORDER BY at DESC LIMIT 10';
    $entries = connect((int) getenv('DB_READ_PORT'))->query($query)->fetchAll(PDO::FETCH_KEY_PAIR);
    header('Content-Type: text/html; charset=utf-8');
    echo '<!doctype html><html lang="en"><meta charset="utf-8"><title>Guest book</title>';
    echo '<link rel="stylesheet" href="/style.css"><main><h1>Guest book</h1>';
    echo '<p>Visit <b id="visits">', $_SESSION['visits'], '</b>, answered by ', html(gethostname()), '.</p><ul>';
    foreach ($entries as $name => $text) {
        echo '<li><b>', html($name), '</b> ', html($text), '</li>';
    }
    echo '</ul></main></html>';
}

/** How often this session was here: it has to count on, whichever server answers. One that cannot be read is not new. */
function visits(): void
{
    session_start() || refuse(503, 'try again: the session cannot be read now');
    $_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1;
    echo $_SESSION['visits'], "\n";
}

/** Answers 201 once the row is committed. The same name twice is one row: whoever got no answer may ask again. */
function enter(string $name, string $text): void
{
    transact(static function (PDO $database) use ($name, $text): void {
        $database->prepare('INSERT IGNORE INTO entries (name, text) VALUES (?, ?)')->execute([$name, $text]);
    });
    http_response_code(201);
    echo "$name\n";
}

/** Answers 201 once the file is on disk. */
function upload(string $name, string $content): void
{
    $sum = keep($name, $content);
    http_response_code(201);
    echo "$sum\n";
}

function download(string $name): void
{
    $path = uploads() . '/' . $name;
    is_file($path) ? readfile($path) : refuse(404, "there is no upload $name");
}

/** All that is there, a line each: what a load was told is kept has to be among it. */
function ledger(int $port): void
{
    foreach (connect($port)->query('SELECT name FROM entries ORDER BY name') as [$name]) {
        echo "entry $name\n";
    }
    foreach (glob(uploads() . '/*') as $path) {
        if (!str_ends_with($path, '.part')) {
            echo 'upload ', basename($path), ' ', hash_file('sha256', $path), "\n";
        }
    }
}

/** Nothing in a name can lead out of a folder. */
function checked(string $name): string
{
    if (preg_match('/^[a-z0-9][a-z0-9-]{0,63}$/', $name) !== 1) {
        refuse(400, 'a name is 1-64 of a-z, 0-9 and -');
    }
    return $name;
}

function refuse(int $status, string $sentence): never
{
    http_response_code($status);
    exit("$sentence\n");
}

function html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE);
}
