// Apache's own client says to its servers whatever it can say. Takes orders by lines: "all", "watch", "moved"
// (answered when both clients have lost their server and found another one), "write <name>", "end"; says
// "done <order>" after each. Run with `java CaptureClient.java host:port,host:port`.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;

public class CaptureClient {
    interface Call {
        void run() throws Exception;
    }

    static final int TIMEOUT_MILLIS = 6_000;

    /** Counts how often it was connected. */
    static class Connections implements Watcher {
        int count = 0;

        public synchronized void process(WatchedEvent event) {
            if (event.getState() == Event.KeeperState.SyncConnected && event.getType() == Event.EventType.None) {
                count += 1;
                notifyAll();
            }
        }

        synchronized void await(int wanted) throws InterruptedException {
            while (count < wanted) wait();
        }
    }

    static final Connections oneConnections = new Connections();
    static final Connections otherConnections = new Connections();
    static ZooKeeper one;
    static ZooKeeperAdmin other;

    public static void main(String[] arguments) throws Exception {
        one = new ZooKeeper(arguments[0], TIMEOUT_MILLIS, oneConnections);
        other = new ZooKeeperAdmin(arguments[0], TIMEOUT_MILLIS, otherConnections);
        oneConnections.await(1);
        otherConnections.await(1);
        System.out.println("done start");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            switch (words[0]) {
                case "all": all(); break;
                case "watch": watch(); break;
                case "moved": oneConnections.await(2); otherConnections.await(2); break;
                case "write": write(words[1]); break;
                default: other.close(); one.close(); System.out.println("done end"); System.exit(0);
            }
            System.out.println("done " + words[0]);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes();
    }

    /** What has to be refused. */
    static void refused(Call call) throws Exception {
        try {
            call.run();
        } catch (KeeperException expected) {
            return;
        }
        throw new AssertionError("was not refused");
    }

    static void sync(String path) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        one.sync(path, (code, which, context) -> done.countDown(), null);
        done.await();
    }

    static void all() throws Exception {
        creates();
        reads();
        writes();
        watches();
    }

    static void creates() throws Exception {
        one.create("/a", bytes("one"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        one.create("/a/stat", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, new Stat());
        one.create("/a/s-", bytes("\u4e2d\u6587"), Ids.READ_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL);
        one.create("/a/e", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        one.create("/a/es-", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);
        one.create("/c", null, Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
        one.create("/c/child", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        one.create("/t", bytes("ttl"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, new Stat(), 600_000);
        refused(() -> one.create("/a", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
        refused(() -> one.create("/none/a", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, new Stat()));
        one.addAuthInfo("digest", bytes("user:password"));
        one.create("/mine", bytes("mine"), Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);
        refused(() -> other.getData("/mine", false, null));
    }

    static void reads() throws Exception {
        one.exists("/a", false);
        one.exists("/none", false);
        one.getData("/a", false, new Stat());
        refused(() -> one.getData("/none", false, null));
        one.getChildren("/a", false);
        one.getChildren("/a", false, new Stat());
        one.getACL("/mine", new Stat());
        one.getEphemerals("/a");
        one.getAllChildrenNumber("/");
        one.whoAmI();
        one.getConfig(false, new Stat());
        sync("/");
    }

    static void writes() throws Exception {
        one.setData("/a", bytes("two"), 0);
        refused(() -> one.setData("/a", bytes("three"), 0));
        one.setACL("/a/stat", Ids.READ_ACL_UNSAFE, -1);
        one.delete("/a/s-0000000001", -1);
        refused(() -> one.delete("/a", -1));
        one.multi(Arrays.asList(
            Op.create("/m", bytes("m"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
            Op.create("/m/c", null, Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER),
            Op.setData("/m", bytes("n"), 0),
            Op.check("/m", 1),
            Op.create("/m/gone", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL),
            Op.delete("/m/gone", -1)));
        refused(() -> one.multi(Arrays.asList(Op.check("/m", 9), Op.delete("/m", -1))));
        List<Op> reading = Arrays.asList(Op.getData("/m"), Op.getChildren("/a"), Op.getData("/none"));
        one.multi(reading);
        refused(() -> other.reconfigure("server.9=127.0.0.1:1:2:observer", null, null, -1, new Stat()));
    }

    static void watches() throws Exception {
        Watcher nobody = event -> { };
        one.exists("/later", true);
        one.getData("/m", true, null);
        one.getChildren("/m", true);
        one.create("/later", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        one.setData("/m", bytes("o"), -1);
        one.create("/m/child", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        one.exists("/later", true);
        one.delete("/later", -1);
        one.addWatch("/m", nobody, AddWatchMode.PERSISTENT);
        one.addWatch("/a", nobody, AddWatchMode.PERSISTENT_RECURSIVE);
        one.setData("/a/e", bytes("changed"), -1);
        one.removeWatches("/m", nobody, Watcher.WatcherType.Any, false);
        one.removeAllWatches("/a", Watcher.WatcherType.Any, false);
        refused(() -> one.removeAllWatches("/nowhere", Watcher.WatcherType.Data, false));
    }

    /** What is to be set again at the next server: by one client in the old form, by the other in the new one. */
    static void watch() throws Exception {
        other.getData("/m", true, null);
        other.exists("/not-yet", true);
        other.getChildren("/", true);
        one.getData("/m", true, null);
        one.addWatch("/m", event -> { }, AddWatchMode.PERSISTENT);
        one.addWatch("/a", event -> { }, AddWatchMode.PERSISTENT_RECURSIVE);
    }

    static void write(String name) throws Exception {
        one.create("/" + name, bytes(name), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        one.setData("/" + name, bytes("again"), 0);
    }
}
