package dev.canswarm.port;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.port.AuditEvent.Direction;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What every {@link AuditLog} does. */
public abstract class AuditLogContract {
  /** What came out of a log. */
  public record Seen(AuditEvent event, long lamport, long timestampNs) {}

  private final LamportClock clock = new LamportClock(100);
  private final AtomicLong nanos = new AtomicLong(1_700_000_000_000_000_000L);

  /** An empty log with this clock and time; one per test. */
  protected abstract AuditLog log(LamportClock clock, TimeSource time);

  /** What was appended to that log, in order. */
  protected abstract List<Seen> seen();

  private AuditLog log() {
    return log(clock, nanos::incrementAndGet);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\":\"NEED\",\"lamport\":1,\"text\":\"grün \\u0001 \uD83D\uDE00\"}",
        "{}",
        "{ \"kind\":\"NEED\" }",
        "{\"b\":1,\"a\":2}",
        "{\"n\":1.0}",
        "{\"n\":9007199254740993}",
        "[1]",
        "no JSON",
        "{\"a\":1}\n",
        ""
      })
  void contentComesBackToTheByte(String content) {
    log().append(event(Direction.PUBLISHED, content)).block();
    assertThat(seen().get(0).event().content()).isEqualTo(bytes(content));
  }

  @Test
  void bytesThatAreNotTextComeBackToo() {
    byte[] content = {0, (byte) 0xff, (byte) 0xc3, 0x28, '\n', '"', (byte) 0xed, (byte) 0xa0};
    log().append(new AuditEvent(Direction.DEAD_LETTERED, "swarm.dlq", 3, 9, content, "x")).block();
    assertThat(seen().get(0).event().content()).isEqualTo(content);
  }

  @Test
  void theRestOfTheEventIsKept() {
    var event =
        new AuditEvent(
            Direction.SUPERSEDED, "swarm.commit", 7, 1L << 40, bytes("{}"), "lost to \"x\"\n");
    log().append(event).block();
    AuditEvent got = seen().get(0).event();
    assertThat(got).usingRecursiveComparison().isEqualTo(event);
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void everyDirectionIsKeptAndMovesTheClockOn(Direction direction) {
    log().append(event(direction, "{}")).block();
    assertThat(seen().get(0).event().direction()).isEqualTo(direction);
    assertThat(seen().get(0).lamport()).isEqualTo(101);
    assertThat(clock.current()).isEqualTo(101);
  }

  @Test
  void aDeliveryPullsTheClockPastTheEnvelope() {
    AuditLog log = log();
    log.append(event(Direction.DELIVERED, "{\"lamport\":5000}"))
        .then(log.append(event(Direction.PUBLISHED, "{\"lamport\":5001}")))
        .then(log.append(event(Direction.DELIVERED, "{\"lamport\":3}")))
        .block();
    assertThat(seen()).extracting(Seen::lamport).containsExactly(5001L, 5002L, 5003L);
  }

  @Test
  void whatWasRefusedDoesNotPullTheClock() {
    AuditLog log = log();
    log.append(event(Direction.DEAD_LETTERED, "{\"lamport\":5000}"))
        .then(log.append(event(Direction.RAW_DELIVERED, "{\"lamport\":5000}")))
        .block();
    assertThat(seen()).extracting(Seen::lamport).containsExactly(101L, 102L);
  }

  @Test
  void anEnvelopeThatClaimsTheLargestTimeDoesNotUseUpTheClock() {
    log().append(event(Direction.DELIVERED, "{\"lamport\":9007199254740991}")).block();
    assertThat(seen()).extracting(Seen::lamport).containsExactly(101L);
  }

  @Test
  void everyRecordHasItsTime() {
    AuditLog log = log();
    long before = nanos.get();
    log.append(event(Direction.PUBLISHED, "{}")).block();
    assertThat(seen().get(0).timestampNs()).isEqualTo(before + 1);
  }

  @Test
  void nothingHappensBeforeTheSubscription() {
    AuditLog log = log();
    Mono<Void> append = log.append(event(Direction.PUBLISHED, "{}"));
    assertThat(seen()).isEmpty();
    append.then(append).block();
    assertThat(seen()).hasSize(2);
  }

  @Test
  void concurrentCallersAllGetInAndTheirTimesGrow() {
    AuditLog log = log();
    Flux<Void> appends =
        Flux.range(0, 300)
            .flatMap(
                index ->
                    log.append(event(Direction.PUBLISHED, "{\"i\":" + index + "}"))
                        .subscribeOn(Schedulers.parallel()),
                64);
    StepVerifier.create(appends).verifyComplete();
    assertThat(seen())
        .extracting(each -> new String(each.event().content(), UTF_8))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 300).mapToObj(index -> "{\"i\":" + index + "}").toList());
    assertThat(seen())
        .extracting(Seen::lamport)
        .containsExactlyElementsOf(LongStream.rangeClosed(101, 400).boxed().toList());
  }

  @Test
  void aListIsKeptInItsOrderAndMovesTheClockOnceForEach() {
    AuditLog log = log();
    log.append(
            List.of(
                event(Direction.PUBLISHED, "{\"i\":0}"),
                event(Direction.DELIVERED, "{\"lamport\":5000}"),
                event(Direction.PUBLISHED, "{\"i\":2}")))
        .block();
    assertThat(seen())
        .extracting(each -> new String(each.event().content(), UTF_8))
        .containsExactly("{\"i\":0}", "{\"lamport\":5000}", "{\"i\":2}");
    assertThat(seen()).extracting(Seen::lamport).containsExactly(101L, 5001L, 5002L);
  }

  @Test
  void anEmptyListCompletesAndLeavesNothing() {
    StepVerifier.create(log().append(List.of())).verifyComplete();
    assertThat(seen()).isEmpty();
  }

  @Test
  void whatIsKnownOfAnEnvelopeIsTakenAsItIs() {
    AuditLog log = log();
    byte[] envelope = bytes("{\"lamport\":5000}");
    log.append(
            List.of(
                AuditEvent.ofEnvelope(Direction.DELIVERED, "swarm.need", 1, 2, envelope, 5000, ""),
                AuditEvent.ofEnvelope(
                    Direction.PUBLISHED, "swarm.need", -1, -1, envelope, 5000, "")))
        .block();
    assertThat(seen()).extracting(Seen::lamport).containsExactly(5001L, 5002L);
    assertThat(seen())
        .extracting(each -> each.event().content())
        .containsExactly(envelope, envelope);
  }

  /** An event with this content. */
  protected static AuditEvent event(Direction direction, String content) {
    return new AuditEvent(direction, "swarm.need", 0, 42, bytes(content), "");
  }

  /** UTF-8 bytes. */
  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
