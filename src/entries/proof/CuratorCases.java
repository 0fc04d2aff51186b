// Curator 5.4's recipes as Debian ships them, against the ensemble whose connection string is the first
// argument; the further ones name the cases to play (all, if there is none). One line for each case:
// "ok <name>" or "FAILED <name> <why>". Run with `java CuratorCases.java`.

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.transaction.CuratorTransactionResult;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

public class CuratorCases {
    interface Case {
        void run(CuratorFramework one, CuratorFramework other) throws Exception;
    }

    static final int SECONDS_MAX = 120;
    static String hosts;
    static List<String> wanted;
    static int failures = 0;

    public static void main(String[] arguments) throws Exception {
        hosts = arguments[0];
        wanted = Arrays.asList(arguments).subList(1, arguments.length);
        play("operations", CuratorCases::operations);
        play("transactions", CuratorCases::transactions);
        play("background", CuratorCases::background);
        play("InterProcessMutex", CuratorCases::mutex);
        play("InterProcessReadWriteLock", CuratorCases::readWriteLock);
        play("InterProcessSemaphoreV2", CuratorCases::semaphore);
        play("LeaderLatch", CuratorCases::leaderLatch);
        play("LeaderSelector", CuratorCases::leaderSelector);
        play("DistributedAtomicLong", CuratorCases::atomicLong);
        play("SharedCount", CuratorCases::sharedCount);
        play("DistributedBarrier", CuratorCases::barrier);
        play("DistributedDoubleBarrier", CuratorCases::doubleBarrier);
        play("SimpleDistributedQueue", CuratorCases::queue);
        play("CuratorCache", CuratorCases::cache);
        play("PersistentWatcher", CuratorCases::persistentWatcher);
        play("PersistentNode", CuratorCases::persistentNode);
        play("GroupMember", CuratorCases::groupMember);
        System.exit(failures == 0 ? 0 : 1);
    }

    /** Each case has two clients of its own, in a part of the tree of its own. */
    static void play(String name, Case work) {
        if (!wanted.isEmpty() && !wanted.contains(name)) return;
        long from = System.nanoTime();
        try (CuratorFramework one = open(name); CuratorFramework other = open(name)) {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            Future<?> done = thread.submit(() -> {
                work.run(one, other);
                return null;
            });
            done.get(SECONDS_MAX, TimeUnit.SECONDS);
            thread.shutdownNow();
            System.out.println("ok " + name + " " + (System.nanoTime() - from) / 1_000_000 + " ms");
        } catch (Throwable wrong) {
            failures += 1;
            System.out.println("FAILED " + name + " " + wrong);
            wrong.printStackTrace();
        }
    }

    static CuratorFramework open(String name) {
        CuratorFramework client = CuratorFrameworkFactory.builder()
            .connectString(hosts)
            .namespace("curator-" + name)
            .sessionTimeoutMs(10_000)
            .connectionTimeoutMs(10_000)
            .retryPolicy(new RetryNTimes(20, 100))
            .build();
        client.start();
        return client;
    }

    static void check(boolean holds, String what) {
        if (!holds) throw new AssertionError(what);
    }

    static void equal(Object is, Object wanted) {
        check(wanted.equals(is), "is " + is + ", not " + wanted);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    interface Question {
        boolean holds() throws Exception;
    }

    /** What another server's client sees may come a moment later. */
    static void until(String what, Question question) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX / 2);
        while (!question.holds()) {
            check(System.nanoTime() < end, "never: " + what);
            Thread.sleep(5);
        }
    }

    static void operations(CuratorFramework one, CuratorFramework other) throws Exception {
        equal(one.create().creatingParentContainersIfNeeded().forPath("/a/b", bytes("1")), "/a/b");
        Stat stat = new Stat();
        equal(text(one.getData().storingStatIn(stat).forPath("/a/b")), "1");
        equal(one.setData().withVersion(stat.getVersion()).forPath("/a/b", bytes("2")).getVersion(), 1);
        try {
            one.setData().withVersion(7).forPath("/a/b", bytes("3"));
            check(false, "a wrong version was taken");
        } catch (KeeperException.BadVersionException expected) {
            // As it should be.
        }
        String made = one.create()
            .withProtection()
            .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
            .forPath("/a/s-");
        check(made.endsWith("s-0000000001"), made);
        other.sync().forPath("/a");
        until("the other client sees both", () -> other.getChildren().forPath("/a").size() == 2);
        equal(other.checkExists().forPath("/nobody") == null, true);
        one.delete().guaranteed().deletingChildrenIfNeeded().forPath("/a");
        equal(one.checkExists().forPath("/a") == null, true);
    }

    static void transactions(CuratorFramework one, CuratorFramework other) throws Exception {
        one.create().creatingParentsIfNeeded().forPath("/t", bytes("0"));
        List<CuratorTransactionResult> results = one.transaction().forOperations(
            one.transactionOp().create().forPath("/t/a", bytes("1")),
            one.transactionOp().setData().forPath("/t", bytes("2")),
            one.transactionOp().check().forPath("/t/a")
        );
        equal(results.size(), 3);
        equal(results.get(0).getResultPath(), "/t/a");
        try {
            one.transaction().forOperations(
                one.transactionOp().create().forPath("/t/b"),
                one.transactionOp().create().forPath("/t/a")
            );
            check(false, "a transaction of a node that exists was taken");
        } catch (KeeperException.NodeExistsException expected) {
            equal(one.checkExists().forPath("/t/b") == null, true);
        }
    }

    static void background(CuratorFramework one, CuratorFramework other) throws Exception {
        one.create().creatingParentsIfNeeded().forPath("/n");
        CountDownLatch left = new CountDownLatch(500);
        AtomicInteger wrong = new AtomicInteger();
        for (int index = 0; index < 500; index += 1) {
            one.create()
                .inBackground((client, event) -> {
                    if (event.getResultCode() != 0) wrong.incrementAndGet();
                    left.countDown();
                })
                .forPath("/n/" + index, bytes("x"));
        }
        check(left.await(SECONDS_MAX, TimeUnit.SECONDS), "not all answers came");
        equal(wrong.get(), 0);
        equal(one.getChildren().forPath("/n").size(), 500);
    }

    static void mutex(CuratorFramework one, CuratorFramework other) throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> all = new ArrayList<>();
        for (int index = 0; index < 8; index += 1) {
            InterProcessMutex mutex = new InterProcessMutex(index % 2 == 0 ? one : other, "/lock");
            all.add(threads.submit(() -> {
                for (int round = 0; round < 10; round += 1) {
                    mutex.acquire();
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                    mutex.release();
                }
                return null;
            }));
        }
        for (Future<?> each : all) each.get();
        threads.shutdown();
        equal(most.get(), 1);
    }

    static void readWriteLock(CuratorFramework one, CuratorFramework other) throws Exception {
        InterProcessReadWriteLock mine = new InterProcessReadWriteLock(one, "/rw");
        InterProcessReadWriteLock theirs = new InterProcessReadWriteLock(other, "/rw");
        mine.readLock().acquire();
        check(theirs.readLock().acquire(5, TimeUnit.SECONDS), "two readers");
        theirs.readLock().release();
        check(!theirs.writeLock().acquire(200, TimeUnit.MILLISECONDS), "a writer beside a reader");
        mine.readLock().release();
        check(theirs.writeLock().acquire(5, TimeUnit.SECONDS), "a writer alone");
        check(!mine.readLock().acquire(200, TimeUnit.MILLISECONDS), "a reader beside a writer");
        theirs.writeLock().release();
    }

    static void semaphore(CuratorFramework one, CuratorFramework other) throws Exception {
        InterProcessSemaphoreV2 mine = new InterProcessSemaphoreV2(one, "/semaphore", 2);
        InterProcessSemaphoreV2 theirs = new InterProcessSemaphoreV2(other, "/semaphore", 2);
        Lease first = mine.acquire(5, TimeUnit.SECONDS);
        Lease second = theirs.acquire(5, TimeUnit.SECONDS);
        check(first != null && second != null, "two leases");
        check(theirs.acquire(200, TimeUnit.MILLISECONDS) == null, "no third lease");
        mine.returnLease(first);
        Lease third = theirs.acquire(5, TimeUnit.SECONDS);
        check(third != null, "a lease that was given back");
        theirs.returnAll(Arrays.asList(second, third));
    }

    static void leaderLatch(CuratorFramework one, CuratorFramework other) throws Exception {
        LeaderLatch first = new LeaderLatch(one, "/latch", "first");
        first.start();
        check(first.await(5, TimeUnit.SECONDS), "the first leads");
        try (LeaderLatch second = new LeaderLatch(other, "/latch", "second")) {
            second.start();
            until("both are there", () -> second.getParticipants().size() == 2);
            check(!second.hasLeadership(), "one leader alone");
            first.close();
            check(second.await(5, TimeUnit.SECONDS), "the second follows");
        }
    }

    static void leaderSelector(CuratorFramework one, CuratorFramework other) throws Exception {
        AtomicInteger leading = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch turns = new CountDownLatch(6);
        List<LeaderSelector> all = new ArrayList<>();
        for (int index = 0; index < 4; index += 1) {
            LeaderSelector selector = new LeaderSelector(
                index % 2 == 0 ? one : other,
                "/selector",
                new LeaderSelectorListenerAdapter() {
                    @Override
                    public void takeLeadership(CuratorFramework client) {
                        most.accumulateAndGet(leading.incrementAndGet(), Math::max);
                        turns.countDown();
                        leading.decrementAndGet();
                    }
                }
            );
            selector.autoRequeue();
            selector.start();
            all.add(selector);
        }
        check(turns.await(SECONDS_MAX, TimeUnit.SECONDS), "six turns");
        for (LeaderSelector each : all) each.close();
        equal(most.get(), 1);
    }

    static void atomicLong(CuratorFramework one, CuratorFramework other) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> all = new ArrayList<>();
        for (int index = 0; index < 4; index += 1) {
            DistributedAtomicLong counter =
                new DistributedAtomicLong(index % 2 == 0 ? one : other, "/counter", new RetryNTimes(1_000, 1));
            all.add(threads.submit(() -> {
                for (int round = 0; round < 25; round += 1) {
                    check(counter.increment().succeeded(), "an increment did not succeed");
                }
                return null;
            }));
        }
        for (Future<?> each : all) each.get();
        threads.shutdown();
        one.sync().forPath("/counter");
        DistributedAtomicLong counter = new DistributedAtomicLong(one, "/counter", new RetryNTimes(10, 10));
        until("all increments count", () -> counter.get().postValue() == 100L);
    }

    static void sharedCount(CuratorFramework one, CuratorFramework other) throws Exception {
        try (SharedCount mine = new SharedCount(one, "/count", 3); SharedCount theirs = new SharedCount(other, "/count", 9)) {
            mine.start();
            theirs.start();
            until("both begin with one value", () -> theirs.getCount() == mine.getCount());
            mine.setCount(12);
            until("the other hears of it", () -> theirs.getCount() == 12);
            until("a change of what was seen", () -> theirs.trySetCount(theirs.getVersionedValue(), 13));
            until("and back", () -> mine.getCount() == 13);
        }
    }

    static void barrier(CuratorFramework one, CuratorFramework other) throws Exception {
        DistributedBarrier mine = new DistributedBarrier(one, "/barrier");
        DistributedBarrier theirs = new DistributedBarrier(other, "/barrier");
        mine.setBarrier();
        other.sync().forPath("/barrier");
        until("the barrier is seen", () -> other.checkExists().forPath("/barrier") != null);
        check(!theirs.waitOnBarrier(200, TimeUnit.MILLISECONDS), "it holds");
        mine.removeBarrier();
        check(theirs.waitOnBarrier(5, TimeUnit.SECONDS), "it lets through");
    }

    static void doubleBarrier(CuratorFramework one, CuratorFramework other) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicInteger entered = new AtomicInteger();
        List<Future<?>> all = new ArrayList<>();
        for (int index = 0; index < 4; index += 1) {
            DistributedDoubleBarrier barrier =
                new DistributedDoubleBarrier(index % 2 == 0 ? one : other, "/double", 4);
            all.add(threads.submit(() -> {
                check(barrier.enter(10, TimeUnit.SECONDS), "all enter");
                entered.incrementAndGet();
                check(barrier.leave(10, TimeUnit.SECONDS), "all leave");
                equal(entered.get(), 4);
                return null;
            }));
        }
        for (Future<?> each : all) each.get();
        threads.shutdown();
    }

    static void queue(CuratorFramework one, CuratorFramework other) throws Exception {
        SimpleDistributedQueue mine = new SimpleDistributedQueue(one, "/queue");
        SimpleDistributedQueue theirs = new SimpleDistributedQueue(other, "/queue");
        for (int index = 0; index < 20; index += 1) mine.offer(bytes("m" + index));
        for (int index = 0; index < 20; index += 1) equal(text(theirs.take()), "m" + index);
        check(theirs.poll(200, TimeUnit.MILLISECONDS) == null, "it is empty");
    }

    static void cache(CuratorFramework one, CuratorFramework other) throws Exception {
        one.create().creatingParentsIfNeeded().forPath("/cached", bytes("0"));
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        other.sync().forPath("/cached");
        until("the root is seen", () -> other.checkExists().forPath("/cached") != null);
        CountDownLatch ready = new CountDownLatch(1);
        try (CuratorCache cache = CuratorCache.build(other, "/cached")) {
            cache.listenable().addListener(
                CuratorCacheListener.builder()
                    .forCreates(node -> seen.add("create " + node.getPath()))
                    .forChanges((old, node) -> seen.add("change " + node.getPath()))
                    .forDeletes(node -> seen.add("delete " + node.getPath()))
                    .forInitialized(ready::countDown)
                    .build()
            );
            cache.start();
            check(ready.await(5, TimeUnit.SECONDS), "it is filled");
            one.create().forPath("/cached/a", bytes("1"));
            until("the new node", () -> cache.get("/cached/a").isPresent());
            one.setData().forPath("/cached/a", bytes("2"));
            until("its new data", () -> seen.contains("change /cached/a"));
            one.delete().forPath("/cached/a");
            until("its end", () -> seen.contains("delete /cached/a"));
            until("nothing is left of it", () -> !cache.get("/cached/a").isPresent());
        }
    }

    static void persistentWatcher(CuratorFramework one, CuratorFramework other) throws Exception {
        LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (PersistentWatcher watcher = new PersistentWatcher(other, "/watched", true)) {
            watcher.getListenable().addListener(event -> {
                if (event.getPath() != null) events.add(event.getType() + " " + event.getPath());
            });
            CountDownLatch set = new CountDownLatch(1);
            watcher.getResetListenable().addListener(set::countDown);
            watcher.start();
            check(set.await(5, TimeUnit.SECONDS), "the watch is set");
            one.create().creatingParentsIfNeeded().forPath("/watched/a", bytes("1"));
            one.setData().forPath("/watched/a", bytes("2"));
            one.delete().forPath("/watched/a");
            for (String wanted : new String[] {
                "NodeCreated /watched", "NodeCreated /watched/a", "NodeDataChanged /watched/a", "NodeDeleted /watched/a"
            }) {
                equal(events.poll(5, TimeUnit.SECONDS), wanted);
            }
        }
    }

    static void persistentNode(CuratorFramework one, CuratorFramework other) throws Exception {
        try (PersistentNode node = new PersistentNode(one, CreateMode.EPHEMERAL, false, "/mine", bytes("here"))) {
            node.start();
            check(node.waitForInitialCreate(5, TimeUnit.SECONDS), "it is made");
            until("it is seen", () -> other.checkExists().forPath("/mine") != null);
            other.delete().forPath("/mine");
            until("it comes back", () -> other.checkExists().forPath("/mine") != null);
        }
    }

    static void groupMember(CuratorFramework one, CuratorFramework other) throws Exception {
        try (GroupMember mine = new GroupMember(one, "/group", "one", bytes("1"))) {
            mine.start();
            GroupMember theirs = new GroupMember(other, "/group", "other", bytes("2"));
            theirs.start();
            until("both are members", () -> mine.getCurrentMembers().size() == 2);
            theirs.close();
            until("one has left", () -> mine.getCurrentMembers().size() == 1);
        }
    }
}
