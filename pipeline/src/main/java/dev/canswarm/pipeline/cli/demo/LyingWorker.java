package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.cli.stack.LocalSwarm;
import dev.canswarm.pipeline.wiring.AgentKey;
import dev.canswarm.pipeline.wiring.NodeSpec;
import dev.canswarm.pipeline.wiring.SwarmNode;
import dev.canswarm.policy.RoleName;
import dev.canswarm.task.TaskHandler;
import java.util.List;

/**
 * The workers of {@link DemoScenario#CHALLENGE}, each a process with its own key, consumer group
 * and audit log. The swarm does not know which of them lies; only its handler differs.
 */
final class LyingWorker implements AutoCloseable {
  private final LocalSwarm swarm;
  private final Closing nodes = new Closing();
  private boolean joined;

  private LyingWorker(LocalSwarm swarm) {
    this.swarm = swarm;
  }

  /** Starts the lying worker; blocks until it accepts messages. */
  static LyingWorker start(LocalSwarm swarm) throws Exception {
    LyingWorker workers = new LyingWorker(swarm);
    workers.start("worker-1", "node-2", DemoTasks.lyingCount());
    return workers;
  }

  /** Starts the honest worker, once; blocks until it accepts messages. */
  void honestJoins() throws Exception {
    if (!joined) {
      joined = true;
      start("worker-2", "node-3", DemoTasks.count());
    }
  }

  private void start(String worker, String node, TaskHandler task) throws Exception {
    NodeSpec whole = swarm.spec();
    NodeSpec own =
        whole.withAgents(
            List.of(new AgentKey(worker, RoleName.WORKER, swarm.keys().key(worker))),
            new NodeSpec.Audit(swarm.keys().key(node), swarm.auditDirectory().resolve(node)),
            List.of(task));
    nodes.add(worker, SwarmNode.start(own)).awaitReady();
  }

  @Override
  public void close() {
    nodes.close();
  }
}
