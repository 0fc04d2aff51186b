"""A contender for kazoo's lock recipe, as an application would be. Arguments: hosts (tried in this order),
the lock's path, a name. Orders on standard input: "acquire", "release", "add" (one more in <path>-count),
"quit". Says what happened, one line each."""

import sys
import threading

from kazoo.client import KazooClient, KazooRetry

hosts, path, name = sys.argv[1], sys.argv[2], sys.argv[3]
retry = KazooRetry(max_tries=-1, delay=0.05, backoff=1, max_delay=0.2)
zk = KazooClient(
    hosts=hosts,
    timeout=8.0,
    randomize_hosts=False,
    connection_retry=retry,
    command_retry=retry,
)


speaking = threading.Lock()


def say(*words):
    # kazoo's own threads speak too: a line is whole.
    with speaking:
        print(*words, flush=True)


zk.add_listener(lambda state: say("state", state))
zk.start(timeout=20)
say("session", "0x%x" % (zk.client_id[0] & 0xFFFFFFFFFFFFFFFF))
zk.ensure_path(path)
zk.ensure_path(path + "-count")
lock = zk.Lock(path, name)


def add():
    counter = path + "-count"
    data, stat = zk.retry(zk.get, counter)
    value = int(data or b"0") + 1
    zk.retry(zk.set, counter, str(value).encode(), version=stat.version)
    say("added", value)


for line in sys.stdin:
    order = line.strip()
    if order == "acquire":
        # Waiting is what this is about: other orders go on meanwhile.
        threading.Thread(target=lambda: say("acquired", lock.acquire()), daemon=True).start()
    elif order == "release":
        say("released", lock.release())
    elif order == "contenders":
        say("contenders", ",".join(lock.contenders()))
    elif order == "add":
        add()
    elif order == "quit":
        break

zk.stop()
say("stopped")
