package dev.canswarm.pipeline.embedded;

import static org.apache.kafka.clients.admin.NewPartitions.increaseTo;
import static org.apache.kafka.clients.admin.RecordsToDelete.beforeOffset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the embedded broker refuses, and to whom. */
class KafkaRightsIT {
  private static final Duration WAIT_MAX = Duration.ofSeconds(20);
  private static final EmbeddedStack stack = SharedStack.get();

  @BeforeAll
  static void makeTopics() throws Exception {
    try (Admin admin = Admin.create(as(KafkaUser.PIPELINE))) {
      for (KafkaFuture<Void> made :
          admin
              .createTopics(
                  Topics.all().stream().map(topic -> new NewTopic(topic, 1, (short) 1)).toList())
              .values()
              .values()) {
        try {
          made.get();
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(TopicExistsException.class);
        }
      }
    }
  }

  private static Map<String, Object> anonymous(int port) {
    Map<String, Object> client = new HashMap<>();
    client.put("bootstrap.servers", "127.0.0.1:" + port);
    return client;
  }

  private static Map<String, Object> anonymous() {
    return anonymous(stack.kafka().port());
  }

  private static Map<String, Object> as(KafkaUser user) {
    KafkaEndpoint access = stack.kafka(user);
    Map<String, Object> client = new HashMap<>(access.properties());
    client.put("bootstrap.servers", access.bootstrap());
    return client;
  }

  @Test
  void whoHasNoLoginAdministersNothingByAnyPort() throws Exception {
    try (Admin admin = Admin.create(anonymous())) {
      refused(admin.createTopics(List.of(new NewTopic("mine", 1, (short) 1))).all());
      refused(admin.deleteTopics(List.of(Topics.INTAKE)).all());
      refused(admin.describeAcls(AclBindingFilter.ANY).values());
      refused(admin.deleteConsumerGroups(List.of("can-swarm-x")).all());
    }
    List<Integer> closed =
        stack.kafkaPorts().stream().filter(port -> port != stack.kafka().port()).toList();
    assertThat(closed).hasSize(2).doesNotHaveDuplicates();
    closed.forEach(ClosedListener::refusesStrangers);
  }

  private static void refused(KafkaFuture<?> call) {
    refused("", call);
  }

  private static void refused(String what, KafkaFuture<?> call) {
    assertThatThrownBy(() -> call.get(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS))
        .as(what)
        .hasCauseInstanceOf(AuthorizationException.class);
  }

  /** Whoever is not the pipeline, by the name with which the broker's port is asked. */
  static Stream<Arguments> strangers() {
    return Stream.of(
        Arguments.of("without a login", anonymous()),
        Arguments.of("an agent", as(KafkaUser.AGENT)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strangers")
  void nobodyButThePipelineChangesTopicsSettingsUsersOrTheCluster(
      String who, Map<String, Object> client) {
    String need = Verb.NEED.topic();
    TopicPartition place = new TopicPartition(need, 0);
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, need);
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
    AlterConfigOp shorter =
        new AlterConfigOp(new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.SET);
    AclBinding more =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, "*", PatternType.LITERAL),
            new AccessControlEntry(
                "User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.ALLOW));
    try (Admin admin = Admin.create(client)) {
      refused("create", admin.createTopics(List.of(new NewTopic("x", 1, (short) 1))).all());
      refused("delete", admin.deleteTopics(List.of(need)).all());
      refused("partitions", admin.createPartitions(Map.of(need, increaseTo(9))).all());
      refused("records", admin.deleteRecords(Map.of(place, beforeOffset(1))).all());
      refused("settings of a topic", admin.describeConfigs(List.of(topic)).all());
      refused("settings of a broker", admin.describeConfigs(List.of(broker)).all());
      refused("alter", admin.incrementalAlterConfigs(Map.of(topic, List.of(shorter))).all());
      refused("alter", admin.incrementalAlterConfigs(Map.of(broker, List.of(shorter))).all());
      refused("see rights", admin.describeAcls(AclBindingFilter.ANY).values());
      refused("give rights", admin.createAcls(List.of(more)).all());
      refused("take rights", admin.deleteAcls(List.of(AclBindingFilter.ANY)).all());
      refused("users", admin.describeUserScramCredentials().all());
      refused("quotas", admin.describeClientQuotas(ClientQuotaFilter.all()).entities());
      refused("leaders", admin.electLeaders(ElectionType.PREFERRED, Set.of(place)).all());
      refused("moves", admin.listPartitionReassignments().reassignments());
      refused("quorum", admin.describeMetadataQuorum().quorumInfo());
      refused("unregister", admin.unregisterBroker(1).all());
      refused("fence", admin.fenceProducers(List.of("can-swarm-x")).all());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strangers")
  void nobodyButThePipelineTouchesItsGroups(String who, Map<String, Object> client) {
    String group = "can-swarm-0123456789abcdef";
    Map<TopicPartition, OffsetAndMetadata> skip =
        Map.of(new TopicPartition(Topics.INTAKE, 0), new OffsetAndMetadata(1_000_000));
    try (Admin admin = Admin.create(client)) {
      refused("see", admin.describeConsumerGroups(List.of(group)).all());
      refused("offsets", admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
      refused("skip", admin.alterConsumerGroupOffsets(group, skip).all());
      refused("rewind", admin.deleteConsumerGroupOffsets(group, skip.keySet()).all());
      refused("delete", admin.deleteConsumerGroups(List.of(group)).all());
    }
    // With a member's own id in the group, which would fence that member.
    for (String protocol : List.of("classic", "consumer")) {
      Map<String, Object> settings = new HashMap<>(client);
      settings.put("group.id", group);
      settings.put("group.protocol", protocol);
      settings.put("group.instance.id", "member-of-the-pipeline");
      try (KafkaConsumer<String, String> consumer =
          new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
        consumer.subscribe(List.of(Topics.INTAKE));
        assertThatThrownBy(() -> consumer.poll(WAIT_MAX))
            .as(protocol)
            .isInstanceOf(GroupAuthorizationException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"swarm.intake", "swarm.need"})
  void whoHasNoLoginSendsNeedsAlsoInTransactions(String topic) throws Exception {
    try (KafkaProducer<String, String> producer = producer(anonymous())) {
      assertThat(producer.send(new ProducerRecord<>(topic, "rights", "{}")).get()).isNotNull();
    }
    Map<String, Object> transactional = anonymous();
    transactional.put("transactional.id", "mine");
    try (KafkaProducer<String, String> producer = producer(transactional)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "rights", "{}"));
      assertThatCode(producer::commitTransaction).doesNotThrowAnyException();
    }
  }

  @Test
  void aTransactionLastsAMinuteAtMost() {
    Map<String, Object> transactional = anonymous();
    transactional.put("transactional.id", "long");
    transactional.put("transaction.timeout.ms", 60_001);
    try (KafkaProducer<String, String> producer = producer(transactional)) {
      assertThatThrownBy(producer::initTransactions)
          .isInstanceOf(KafkaException.class)
          .hasMessageContaining("transaction timeout");
    }
  }

  @Test
  void whoHasNoLoginWritesNoOtherTopicAndTakesNoTransactionOfThePipeline() {
    for (String topic : Topics.all()) {
      if (!Set.of(Topics.INTAKE, Verb.NEED.topic()).contains(topic)) {
        assertNotWritable(anonymous(), topic);
      }
    }
    Map<String, Object> transactional = anonymous();
    transactional.put("transactional.id", "can-swarm-x");
    try (KafkaProducer<String, String> producer = producer(transactional)) {
      assertThatThrownBy(producer::initTransactions)
          .isInstanceOf(TransactionalIdAuthorizationException.class);
    }
  }

  private static void assertNotWritable(Map<String, Object> client, String topic) {
    try (KafkaProducer<String, String> producer = producer(client)) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, "rights", "{}")).get())
          .as(topic)
          .hasRootCauseInstanceOf(AuthorizationException.class);
    }
  }

  @Test
  void whoHasNoLoginReadsEveryTopicInAGroupOfItsOwnAndJoinsNoneOfThePipeline() throws Exception {
    try (KafkaProducer<String, String> producer = producer(as(KafkaUser.PIPELINE))) {
      producer.send(new ProducerRecord<>(Verb.FINALIZE.topic(), "rights", "read")).get();
    }
    try (KafkaConsumer<String, String> consumer = consumer("mine")) {
      consumer.subscribe(List.of(Verb.FINALIZE.topic()));
      assertThat(consumer.poll(WAIT_MAX).isEmpty()).isFalse();
      consumer.commitSync();
    }
    try (KafkaConsumer<String, String> consumer = consumer("can-swarm-0123456789abcdef")) {
      consumer.subscribe(List.of(Verb.FINALIZE.topic()));
      assertThatThrownBy(() -> consumer.poll(WAIT_MAX))
          .isInstanceOf(GroupAuthorizationException.class);
      assertThatThrownBy(
              () -> consumer.committed(Set.of(new TopicPartition(Verb.FINALIZE.topic(), 0))))
          .isInstanceOf(GroupAuthorizationException.class);
    }
  }

  @Test
  void anAgentWritesTheVerbsTopicsAndNoOthersAndAdministersNothing() throws Exception {
    try (KafkaProducer<String, String> producer = producer(as(KafkaUser.AGENT))) {
      for (String topic : Topics.ofVerbs()) {
        assertThat(producer.send(new ProducerRecord<>(topic, "rights", "{}")).get()).isNotNull();
      }
    }
    assertNotWritable(as(KafkaUser.AGENT), Topics.DEAD_LETTERS);
    try (Admin admin = Admin.create(as(KafkaUser.AGENT))) {
      refused(admin.createTopics(List.of(new NewTopic("mine", 1, (short) 1))).all());
    }
  }

  @Test
  void whoHasNoLoginJoinsNoGroupAndFencesNoTransactionOfAnAgent() throws Exception {
    String name = KafkaRights.AGENT_PREFIX + "mine";
    Map<String, Object> agent = as(KafkaUser.AGENT);
    agent.put("transactional.id", name);
    try (KafkaProducer<String, String> producer = producer(agent)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(Verb.COMMIT.topic(), "rights", "{}")).get();
      Map<String, Object> stranger = anonymous();
      stranger.put("transactional.id", name);
      try (KafkaProducer<String, String> other = producer(stranger)) {
        assertThatThrownBy(other::initTransactions)
            .isInstanceOf(TransactionalIdAuthorizationException.class);
      }
      assertThatCode(producer::commitTransaction).as("not fenced").doesNotThrowAnyException();
    }
    try (KafkaConsumer<String, String> consumer = consumer(as(KafkaUser.AGENT), name)) {
      consumer.subscribe(List.of(Verb.COMMIT.topic()));
      assertThat(consumer.poll(WAIT_MAX).isEmpty()).isFalse();
      consumer.commitSync();
    }
    try (KafkaConsumer<String, String> consumer = consumer(name)) {
      consumer.subscribe(List.of(Verb.COMMIT.topic()));
      assertThatThrownBy(() -> consumer.poll(WAIT_MAX))
          .isInstanceOf(GroupAuthorizationException.class);
    }
    try (Admin admin = Admin.create(anonymous())) {
      refused(admin.describeConsumerGroups(List.of(name)).all());
      refused(admin.deleteConsumerGroups(List.of(name)).all());
    }
  }

  @Test
  void aWrongPasswordIsRefused() {
    Map<String, Object> client = as(KafkaUser.PIPELINE);
    client.computeIfPresent(
        "sasl.jaas.config",
        (name, jaas) -> jaas.toString().replaceAll("password=\"[^\"]*", "password=\"wrong"));
    try (Admin admin = Admin.create(client)) {
      assertThatThrownBy(() -> admin.describeCluster().clusterId().get())
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
  }

  private static KafkaProducer<String, String> producer(Map<String, Object> client) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("max.block.ms", (int) WAIT_MAX.toMillis());
    settings.put("delivery.timeout.ms", (int) WAIT_MAX.toMillis());
    settings.put("request.timeout.ms", (int) WAIT_MAX.toMillis() / 2);
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  private static KafkaConsumer<String, String> consumer(String group) {
    return consumer(anonymous(), group);
  }

  private static KafkaConsumer<String, String> consumer(Map<String, Object> client, String group) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("group.id", group);
    settings.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }
}
