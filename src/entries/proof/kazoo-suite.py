"""kazoo's own test suite as its Debian package ships it, unmodified. Its harness starts the servers by itself
(ZOOKEEPER_CLASSPATH, ZOOKEEPER_PORT_OFFSET and the `java` of the PATH say which); where KAZOO_HOSTS names servers
that run already, it is given those. Writes one line of JSON for each case, when it is collected and when it has
ended, to the file that is the first argument. Standard input names what is left out, a case a line. Further
arguments choose what is played, as pytest does: `test_lock.py`, `test_lock.py::KazooLockTests`; all without
any; so does KAZOO_EXPRESSION (-k). With KAZOO_AT_OBSERVERS its clients know the observers alone. A case that takes
too long is ended as a failure."""

import json
import os
import signal
import sys

import kazoo.testing.harness
import kazoo.tests
import pytest
from kazoo.testing.harness import KazooTestHarness

CASE_SECONDS_MAX = 60
CASE_SECONDS_MAX_AGAIN = 15


class GivenServer:
    """Stands where the harness has a server of its own: it runs, and nobody here stops it."""

    running = True

    def __init__(self, address):
        self.address = address
        self.client_port = int(address.rsplit(":", 1)[-1])


def name_of(nodeid):
    return nodeid.rsplit("/", 1)[-1]


class Reporter:
    def __init__(self, path, excluded):
        self.file = open(path, "w", buffering=1)
        self.excluded = excluded

    def say(self, **fact):
        self.file.write(json.dumps(fact) + "\n")

    def pytest_collection_modifyitems(self, config, items):
        left_out = [item for item in items if name_of(item.nodeid) in self.excluded]
        for item in left_out:
            self.say(case=name_of(item.nodeid), outcome="excluded", text="")
            items.remove(item)
        config.hook.pytest_deselected(items=left_out)

    def pytest_collection_finish(self, session):
        for item in session.items:
            self.say(case=name_of(item.nodeid), outcome="collected", text="")

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item):
        def too_long(_signal, _frame):
            raise TimeoutError("not done after %d seconds" % CASE_SECONDS_MAX)

        signal.signal(signal.SIGALRM, too_long)
        # Again and again: the end of a case that hangs may hang too.
        signal.setitimer(signal.ITIMER_REAL, CASE_SECONDS_MAX, CASE_SECONDS_MAX_AGAIN)
        yield
        signal.setitimer(signal.ITIMER_REAL, 0)

    def pytest_runtest_logreport(self, report):
        if report.passed and report.when != "call":
            return
        self.say(
            case=name_of(report.nodeid),
            outcome=report.outcome,
            text=report.longreprtext[-4000:] if report.failed else str(report.longrepr or ""),
        )


def only_observers(harness):
    observers = [s for s in harness.cluster if s.server_info.peer_type == "observer"]
    assert observers, "there is an observer"
    return ",".join(s.address for s in observers)


if __name__ == "__main__":
    if os.environ.get("KAZOO_AT_OBSERVERS"):
        KazooTestHarness.servers = property(only_observers)
    if "KAZOO_HOSTS" in os.environ:
        given = [GivenServer(address) for address in os.environ["KAZOO_HOSTS"].split(",")]
        kazoo.testing.harness.get_global_cluster = lambda: given
    tests = os.path.dirname(kazoo.tests.__file__)
    chosen = [os.path.join(tests, name) for name in sys.argv[2:]] or [tests]
    if "KAZOO_EXPRESSION" in os.environ:
        chosen += ["-k", os.environ["KAZOO_EXPRESSION"]]
    sys.exit(
        pytest.main(
            ["-q", "-p", "no:cacheprovider", "-p", "no:nose", *chosen],
            plugins=[Reporter(sys.argv[1], set(sys.stdin.read().splitlines()))],
        )
    )
