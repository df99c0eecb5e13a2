package dev.canswarm.pipeline.embedded;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The access rights on the embedded broker of every principal that is not a superuser. The broker
 * refuses everything that is not listed, also before the list is stored.
 */
public final class KafkaRights {
  /** Consumer groups and transactions of the pipeline begin with this. */
  static final String OWN_PREFIX = "can-swarm-";

  /** Those of agents may begin with this: clients without a login cannot join or fence them. */
  static final String AGENT_PREFIX = "swarm-agent-";

  private static final String TOPIC_PREFIX = "swarm.";
  private static final String ANY = "*";
  private static final String ANY_HOST = "*";
  private static final String ANONYMOUS = "User:ANONYMOUS";
  private static final long MILLIS_MAX = 30_000;
  private static final long POLL_MILLIS = 10;
  private static final int POLLS_MAX = 3_000;

  private KafkaRights() {}

  /** Returns the rights of clients that do not log in, and of agents. */
  static List<AclBinding> all() {
    List<AclBinding> rights = new ArrayList<>();
    String agent = "User:" + KafkaUser.AGENT.user();
    List<String> needs = List.of(Topics.INTAKE, Verb.NEED.topic());
    client(ANONYMOUS, needs, List.of(OWN_PREFIX, AGENT_PREFIX), rights);
    client(agent, Topics.ofVerbs(), List.of(OWN_PREFIX), rights);
    return rights;
  }

  /**
   * Writes to some topics, also in transactions, and reads all in consumer groups of its own.
   *
   * @param others prefixes of groups and transactions that are not its own
   */
  private static void client(
      String principal, List<String> topics, List<String> others, List<AclBinding> rights) {
    for (String topic : topics) {
      allow(principal, ResourceType.TOPIC, PatternType.LITERAL, topic, AclOperation.WRITE, rights);
    }
    PatternType prefixed = PatternType.PREFIXED;
    allow(principal, ResourceType.TOPIC, prefixed, TOPIC_PREFIX, AclOperation.READ, rights);
    for (ResourceType own : List.of(ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)) {
      AclOperation use = own == ResourceType.GROUP ? AclOperation.READ : AclOperation.WRITE;
      allow(principal, own, PatternType.LITERAL, ANY, use, rights);
      for (String other : others) {
        rights.add(
            right(principal, own, prefixed, other, AclOperation.ALL, AclPermissionType.DENY));
      }
    }
  }

  /** Reading and writing include describing. */
  private static void allow(
      String principal,
      ResourceType type,
      PatternType pattern,
      String name,
      AclOperation operation,
      List<AclBinding> rights) {
    rights.add(right(principal, type, pattern, name, operation, AclPermissionType.ALLOW));
  }

  private static AclBinding right(
      String principal,
      ResourceType type,
      PatternType pattern,
      String name,
      AclOperation operation,
      AclPermissionType permission) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry(principal, ANY_HOST, operation, permission));
  }

  /**
   * Stores the rights in a running broker, which keeps those that it has, and waits until it grants
   * them: it learns of them from the controller, a moment after the controller has stored them.
   * Blocks.
   *
   * @param broker the login of a super user, such as the node itself
   */
  public static void store(KafkaEndpoint broker)
      throws ExecutionException, TimeoutException, InterruptedException {
    Map<String, Object> properties = new HashMap<>(broker.properties());
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
    try (Admin admin = Admin.create(properties)) {
      admin.createAcls(all()).all().get(MILLIS_MAX, TimeUnit.MILLISECONDS);
      awaitGranted(admin);
    }
  }

  private static void awaitGranted(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    for (int poll = 0; !granted(admin).containsAll(all()); poll++) {
      if (poll == POLLS_MAX) {
        throw new TimeoutException(
            "the broker still lacks access rights that its controller has stored");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private static Collection<AclBinding> granted(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    return admin.describeAcls(AclBindingFilter.ANY).values().get(MILLIS_MAX, TimeUnit.MILLISECONDS);
  }
}
