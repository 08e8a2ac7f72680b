"""pair.py [--difference UNIT] RUNS NAME LIMIT PREPARE A B: times two commands in turn and prints medians
and their ratio; with --difference, (A - B) in units of that many seconds.

PREPARE is a shell script, run before each timed command and not timed. A and B are split as a shell does.
"""
import shlex
import statistics
import subprocess
import sys
import time


def timed(prepare, command):
    subprocess.run(["bash", "-c", prepare], check=True, stdout=subprocess.DEVNULL)
    start = time.perf_counter()
    done = subprocess.run(shlex.split(command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit("%s\nexit code %d: %s" % (done.stderr.decode()[-2000:], done.returncode, command))
    return seconds


def main():
    unit = None
    if sys.argv[1] == "--difference":
        unit = float(sys.argv[2])
        del sys.argv[1:3]
    runs, name, limit, prepare, a, b = sys.argv[1:]
    timed(prepare, a), timed(prepare, b)
    pairs = [(timed(prepare, a), timed(prepare, b)) for _ in range(int(runs))]
    if unit is not None:
        count = statistics.median((x - y) / unit for x, y in pairs)
        print("%-78s %34.1f (at most %s)" % (name, count, limit))
        return
    ratio = statistics.median(x / y for x, y in pairs)
    print("%-78s %8.4f s %8.4f s  ratio %5.2f (at most %s)" % (
        name, statistics.median(x for x, _ in pairs), statistics.median(y for _, y in pairs), ratio, limit))


main()
