"""pair_cases.py: what schema_pairs.py and schema_rows.py share: the cases of a folder of pairs, the roles that a case
needs, running programs, the command line."""
import contextlib
import os
import re
import subprocess


def run(*argv, data=None, timeout=240):
    """Exit code (124: took too long), stdout, stderr."""
    try:
        done = subprocess.run(argv, input=data, capture_output=True, text=True, timeout=timeout)
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        return 124, "", "time out"


def add_arguments(parser):
    parser.add_argument("folder")
    parser.add_argument("--server", action="append", required=True, help="URL without a database; one worker each")
    parser.add_argument("--major", type=int, default=15)
    parser.add_argument("--plan", required=True, help="the command line, split at blanks; {from} and {to} are URLs")
    parser.add_argument("--psql", default=os.environ.get("PSQL", "psql"))
    parser.add_argument("--pg-dump", default=os.environ.get("PG_DUMP", "pg_dump"))
    parser.add_argument("--only", default="", help="a pattern of the cases to try")
    parser.add_argument("--reverse", action="store_true", help="from after to before")
    parser.add_argument("--verbose", action="store_true")


def parse(parser):
    args = parser.parse_args()
    args.plan = args.plan.split()
    return args


def needs_version(folder):
    path = os.path.join(folder, "min_version")
    return int(open(path).read().strip()) if os.path.exists(path) else 0


def find(args):
    """The cases, as <suite>/<case>, that the arguments ask for and the server's version can have."""
    cases = sorted(os.path.join(suite, case) for suite in os.listdir(args.folder)
                   if os.path.isdir(os.path.join(args.folder, suite))
                   for case in os.listdir(os.path.join(args.folder, suite)))
    # A case with a file one_way, which says why, has no way back.
    backwards = getattr(args, "reverse", False)
    return [case for case in cases if re.search(args.only, case)
            and not (backwards and os.path.exists(os.path.join(args.folder, case, "one_way")))
            and needs_version(os.path.join(args.folder, case)) <= args.major]


@contextlib.contextmanager
def roles(folder, sql):
    """The roles of the case's roles.txt, there meanwhile; sql runs one statement."""
    path = os.path.join(folder, "roles.txt")
    names = [line.strip() for line in open(path) if line.strip()] if os.path.exists(path) else []
    for name in names:
        sql(f'CREATE ROLE "{name}"')
    yield
    for name in names:
        sql(f'DROP ROLE IF EXISTS "{name}"')
