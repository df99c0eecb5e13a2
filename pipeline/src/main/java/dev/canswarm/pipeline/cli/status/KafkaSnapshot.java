package dev.canswarm.pipeline.cli.status;

import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.wiring.ClientRoles;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The state of the swarm as Kafka knows it.
 *
 * @param needs NEEDs that came in the last minute, by intake or signed
 * @param ended NEEDs that ended in the last minute
 * @param refused dead letters of the last minute
 * @param deadLetters dead letters that are kept
 */
record KafkaSnapshot(
    int brokers, List<Group> groups, long needs, long ended, long refused, long deadLetters) {
  private static final String GROUP_PREFIX = "can-swarm-";
  private static final long RATE_MILLIS = 60_000;
  private static final long ANSWER_MILLIS_MAX = 10_000;

  /**
   * Processes that share partitions.
   *
   * @param state as Kafka names it, such as {@code Stable}
   * @param lag records that are not done, by topic
   */
  record Group(String id, String state, List<Member> members, SortedMap<String, Long> lag) {
    long total() {
      return lag.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * A process as its Kafka client describes itself.
   *
   * @param partitions number of partition numbers that it has
   */
  record Member(String id, Set<RoleName> roles, String host, int partitions) {
    Member {
      roles = Collections.unmodifiableSet(new LinkedHashSet<>(roles));
    }
  }

  KafkaSnapshot {
    groups = List.copyOf(groups);
  }

  /**
   * Asks Kafka; each of its answers may take {@value #ANSWER_MILLIS_MAX} ms. Blocks.
   *
   * @param nowMillis by the clock that the records were stamped by
   * @throws KafkaException if Kafka does not answer
   */
  static KafkaSnapshot ask(Admin admin, long nowMillis)
      throws InterruptedException, TimeoutException {
    int brokers = get(admin.describeCluster().nodes()).size();
    List<TopicPartition> places = places(admin);
    Map<TopicPartition, Long> ends = offsets(admin, places, OffsetSpec.latest());
    Map<TopicPartition, Long> starts = offsets(admin, places, OffsetSpec.earliest());
    Map<TopicPartition, Long> before =
        offsets(admin, places, OffsetSpec.forTimestamp(nowMillis - RATE_MILLIS));
    return new KafkaSnapshot(
        brokers,
        groups(admin, starts, ends),
        since(Verb.NEED.topic(), before, ends),
        since(Verb.FINALIZE.topic(), before, ends),
        since(Topics.DEAD_LETTERS, before, ends),
        since(Topics.DEAD_LETTERS, starts, ends));
  }

  private static List<TopicPartition> places(Admin admin)
      throws InterruptedException, TimeoutException {
    TreeSet<String> topics = new TreeSet<>(get(admin.listTopics().names()));
    topics.retainAll(Topics.all());
    Map<String, TopicDescription> found = get(admin.describeTopics(topics).allTopicNames());
    List<TopicPartition> places = new ArrayList<>();
    found.forEach(
        (topic, description) ->
            description
                .partitions()
                .forEach(one -> places.add(new TopicPartition(topic, one.partition()))));
    return places;
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> places, OffsetSpec spec)
      throws InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> questions = new HashMap<>();
    places.forEach(place -> questions.put(place, spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> answer :
        get(admin.listOffsets(questions).all()).entrySet()) {
      offsets.put(answer.getKey(), answer.getValue().offset());
    }
    return offsets;
  }

  /** Returns the number of records since a time; Kafka returns offset -1 if there are none. */
  private static long since(
      String topic, Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
    long records = 0;
    for (Map.Entry<TopicPartition, Long> end : to.entrySet()) {
      if (end.getKey().topic().equals(topic)) {
        long begin = from.getOrDefault(end.getKey(), -1L);
        records += begin < 0 ? 0 : Math.max(0, end.getValue() - begin);
      }
    }
    return records;
  }

  private static List<Group> groups(
      Admin admin, Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends)
      throws InterruptedException, TimeoutException {
    TreeSet<String> ids = new TreeSet<>();
    get(admin.listGroups(ListGroupsOptions.forConsumerGroups()).all()).stream()
        .map(listing -> listing.groupId())
        .filter(id -> id.startsWith(GROUP_PREFIX))
        .forEach(ids::add);
    if (ids.isEmpty()) {
      return List.of();
    }
    Map<String, ConsumerGroupDescription> found = get(admin.describeConsumerGroups(ids).all());
    Map<String, ListConsumerGroupOffsetsSpec> questions = new HashMap<>();
    ids.forEach(id -> questions.put(id, new ListConsumerGroupOffsetsSpec()));
    Map<String, Map<TopicPartition, OffsetAndMetadata>> done =
        get(admin.listConsumerGroupOffsets(questions).all());
    List<Group> groups = new ArrayList<>();
    for (String id : ids) {
      ConsumerGroupDescription group = found.get(id);
      if (group != null) {
        groups.add(group(group, done.getOrDefault(id, Map.of()), starts, ends));
      }
    }
    return groups;
  }

  private static Group group(
      ConsumerGroupDescription group,
      Map<TopicPartition, OffsetAndMetadata> done,
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> ends) {
    TreeSet<String> topics =
        done.keySet().stream()
            .map(TopicPartition::topic)
            .collect(Collectors.toCollection(TreeSet::new));
    List<Member> members = new ArrayList<>();
    for (MemberDescription member : group.members()) {
      member.assignment().topicPartitions().forEach(place -> topics.add(place.topic()));
      members.add(member(member));
    }
    members.sort(Comparator.comparing(Member::id));
    SortedMap<String, Long> lag = new TreeMap<>();
    ends.forEach(
        (place, end) -> {
          if (topics.contains(place.topic())) {
            @Nullable OffsetAndMetadata offset = done.get(place);
            long next = offset == null ? starts.getOrDefault(place, 0L) : offset.offset();
            lag.merge(place.topic(), Math.max(0, end - next), Long::sum);
          }
        });
    return new Group(group.groupId(), group.groupState().toString(), members, lag);
  }

  private static Member member(MemberDescription member) {
    long partitions =
        member.assignment().topicPartitions().stream()
            .map(TopicPartition::partition)
            .distinct()
            .count();
    String host = member.host().startsWith("/") ? member.host().substring(1) : member.host();
    return new Member(
        member.groupInstanceId().orElse(member.consumerId()),
        ClientRoles.of(member.clientId()),
        host,
        (int) partitions);
  }

  private static <T> T get(KafkaFuture<T> answer) throws InterruptedException, TimeoutException {
    try {
      return answer.get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known
          ? known
          : new KafkaException("unexpected", e.getCause());
    }
  }
}
