"""What an unmodified client of ZooKeeper expects, said to a running ensemble: hosts as one argument.
Prints one line per case; the exit code is 0 only if all of them held."""

import sys
import threading

from kazoo.client import KazooClient
from kazoo.exceptions import BadVersionError, NodeExistsError, NoNodeError, NotEmptyError
from kazoo.exceptions import NoChildrenForEphemeralsError, RolledBackError

HOSTS = sys.argv[1].split(",")


def client(host=None):
    zk = KazooClient(hosts=host or ",".join(HOSTS), timeout=10.0)
    zk.start(timeout=15)
    return zk


def raises(error, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except error:
        return
    raise AssertionError("%s was not raised" % error.__name__)


def create_get_set_delete(zk):
    assert zk.create("/k/a", b"one", makepath=True) == "/k/a"
    data, stat = zk.get("/k/a")
    assert data == b"one" and stat.version == 0 and stat.dataLength == 3, stat
    assert zk.set("/k/a", b"two").version == 1
    raises(BadVersionError, zk.set, "/k/a", b"x", version=0)
    raises(NodeExistsError, zk.create, "/k/a", b"")
    raises(NotEmptyError, zk.delete, "/k")
    zk.delete("/k/a", version=1)
    assert zk.exists("/k/a") is None
    raises(NoNodeError, zk.get, "/k/a")


def sequential_names(zk):
    zk.ensure_path("/seq")
    names = [zk.create("/seq/n-", sequence=True) for _ in range(3)]
    assert names == ["/seq/n-%010d" % i for i in range(3)], names
    assert sorted(zk.get_children("/seq")) == [n[5:] for n in names]
    children, stat = zk.get_children("/seq", include_data=True)
    assert len(children) == 3 and stat.numChildren == 3 and stat.cversion == 3, stat


def ephemerals_go_with_their_session(zk):
    other = client()
    other.create("/eph", b"", ephemeral=True)
    assert zk.get("/eph")[1].ephemeralOwner == other.client_id[0]
    raises(NoChildrenForEphemeralsError, other.create, "/eph/child", b"")
    gone = threading.Event()
    assert zk.exists("/eph", watch=lambda event: gone.set()) is not None
    other.stop()
    assert gone.wait(5), "no watch event"
    assert zk.exists("/eph") is None


def watches_fire_once(zk):
    zk.ensure_path("/w")
    seen = []
    zk.get("/w", watch=lambda event: seen.append(event.type))
    zk.get_children("/w", watch=lambda event: seen.append(event.type))
    zk.exists("/w/new", watch=lambda event: seen.append(event.type))
    zk.set("/w", b"1")
    zk.set("/w", b"2")
    zk.create("/w/new", b"")
    zk.set("/w/new", b"x")
    zk.sync("/")
    zk.get("/w")
    zk.handler.sleep_func(0.2)
    assert sorted(seen) == ["CHANGED", "CHILD", "CREATED"], seen


def watches_cross_servers(zk):
    seen = threading.Event()
    clients = [client(host) for host in HOSTS]
    clients[0].ensure_path("/cross")
    clients[1].sync("/cross")
    clients[1].get("/cross", watch=lambda event: seen.set())
    clients[-1].set("/cross", b"moved")
    assert seen.wait(5), "no watch event"
    clients[1].sync("/cross")
    assert clients[1].get("/cross")[0] == b"moved"
    for one in clients:
        one.stop()
        one.close()


def multi_is_all_or_nothing(zk):
    zk.ensure_path("/m")
    good = zk.transaction()
    good.create("/m/a", b"1")
    good.set_data("/m/a", b"2")
    good.check("/m/a", 1)
    results = good.commit()
    assert results[0] == "/m/a" and results[1].version == 1 and results[2] is True, results
    bad = zk.transaction()
    bad.create("/m/b", b"1")
    bad.check("/m/a", 99)
    bad.delete("/m/a")
    results = bad.commit()
    assert isinstance(results[0], RolledBackError), results
    assert isinstance(results[1], BadVersionError), results
    assert zk.exists("/m/b") is None and zk.exists("/m/a") is not None


def the_lock_recipe(zk):
    order = []
    lock = zk.Lock("/lock", "first")
    lock.acquire(timeout=5)

    def second():
        other = client()
        with other.Lock("/lock", "second"):
            order.append("second")
        other.stop()

    thread = threading.Thread(target=second)
    thread.start()
    zk.handler.sleep_func(0.3)
    order.append("first")
    lock.release()
    thread.join(10)
    assert order == ["first", "second"], order


def a_thousand_pipelined_creates(zk):
    zk.ensure_path("/many")
    pending = [zk.create_async("/many/%d" % i, b"x" * 100) for i in range(1000)]
    for one in pending:
        one.get(timeout=20)
    assert len(zk.get_children("/many")) == 1000


CASES = [
    create_get_set_delete,
    sequential_names,
    ephemerals_go_with_their_session,
    watches_fire_once,
    watches_cross_servers,
    multi_is_all_or_nothing,
    the_lock_recipe,
    a_thousand_pipelined_creates,
]


def main():
    failed = 0
    zk = client()
    for case in CASES:
        try:
            case(zk)
            print("ok", case.__name__)
        except Exception as error:  # every case is told, whatever it met
            failed += 1
            print("FAILED %s: %s: %s" % (case.__name__, type(error).__name__, error))
    zk.stop()
    return 1 if failed or not CASES else 0


sys.exit(main())
