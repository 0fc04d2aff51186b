"""A writer that goes on while servers die: hosts, a number of seconds, and a path as arguments.
Every create that was acknowledged must be there at the end. Prints what was acknowledged and the
longest time without an acknowledgement; with "check" instead of seconds it only reads them back."""

import sys
import time

from kazoo.client import KazooClient
from kazoo.exceptions import ConnectionLoss, NodeExistsError, OperationTimeoutError
from kazoo.exceptions import SessionExpiredError
from kazoo.handlers.threading import KazooTimeoutError

hosts, seconds, path = sys.argv[1], sys.argv[2], sys.argv[3]
zk = KazooClient(hosts=hosts, timeout=10.0)
zk.start(timeout=20)
zk.ensure_path(path)

if seconds != "check":
    acknowledged, unknown, longest = [], 0, 0.0
    end = time.monotonic() + float(seconds)
    last = time.monotonic()
    number = 0
    while time.monotonic() < end:
        name = "%s/%06d" % (path, number)
        number += 1
        try:
            zk.create(name, b"x" * 100)
        except (ConnectionLoss, NodeExistsError, OperationTimeoutError, KazooTimeoutError):
            unknown += 1
            time.sleep(0.01)
            continue
        except SessionExpiredError:
            print("FAILED the session expired")
            sys.exit(1)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
        acknowledged.append(name)
        time.sleep(0.002)
    zk.sync(path)
    there = set(zk.get_children(path))
    lost = [name for name in acknowledged if name.rsplit("/", 1)[1] not in there]
    print("acknowledged %d unknown %d lost %d gap %d ms" % (
        len(acknowledged), unknown, len(lost), longest * 1000))
    zk.stop()
    sys.exit(1 if lost or not acknowledged else 0)

zk.sync(path)
print("there %d" % len(zk.get_children(path)))
zk.stop()
