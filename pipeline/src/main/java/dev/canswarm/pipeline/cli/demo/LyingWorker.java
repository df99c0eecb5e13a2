package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.cli.stack.LocalSwarm;
import dev.canswarm.pipeline.wiring.AgentKey;
import dev.canswarm.pipeline.wiring.NodeSpec;
import dev.canswarm.pipeline.wiring.SwarmNode;
import dev.canswarm.policy.Role;
import dev.canswarm.task.TaskHandler;
import java.util.List;

/**
 * The workers of {@link Scenario#CHALLENGE}, each a process's worth of its own: key, consumer
 * group, audit log. The swarm does not know which of them lies; only its handler differs.
 */
final class LyingWorker implements AutoCloseable {
  private final LocalSwarm swarm;
  private final Closing nodes = new Closing();
  private boolean joined;

  private LyingWorker(LocalSwarm swarm) {
    this.swarm = swarm;
  }

  /** Starts the one that lies; blocks until it takes messages. */
  static LyingWorker start(LocalSwarm swarm) throws Exception {
    LyingWorker workers = new LyingWorker(swarm);
    workers.start("worker-1", "node-2", DemoTasks.lyingCount());
    return workers;
  }

  /** Starts the one that does not, once; blocks until it takes messages. */
  void honestJoins() throws Exception {
    if (!joined) {
      joined = true;
      start("worker-2", "node-3", DemoTasks.count());
    }
  }

  private void start(String worker, String node, TaskHandler task) throws Exception {
    NodeSpec whole = swarm.spec();
    NodeSpec own =
        new NodeSpec(
            whole.settings(),
            whole.servers(),
            List.of(new AgentKey(worker, Role.WORKER, swarm.keys().key(worker))),
            swarm.keys().key(node),
            whole.trust(),
            whole.policy(),
            swarm.auditDirectory().resolve(node),
            whole.artifacts(),
            List.of(task));
    nodes.add(worker, SwarmNode.start(own)).awaitReady();
  }

  @Override
  public void close() {
    nodes.close();
  }
}
