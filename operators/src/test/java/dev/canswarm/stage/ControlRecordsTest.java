package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.SlotKey;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of an entry of the control chain that came from the bus. */
class ControlRecordsTest {
  private static final Envelope ENTRY = entry();

  private final StageBench bench = new StageBench(RoleName.COORDINATOR);
  private final Placing placing = new Placing(ControlHeads.fixed(bench.context.current()));
  private final ControlRecords records =
      new ControlRecords(
          new StageContext(
              placing,
              bench.context.played(),
              bench.context.ports(),
              bench.context.written(),
              bench.context.runtime()));

  @AfterEach
  void stop() {
    bench.close();
  }

  private static Envelope entry() {
    TrustState genesis = ControlFixture.genesis(1);
    return ControlFixture.entry(
        genesis, new ControlChange.Retire(ControlFixture.publicKey("verifier-3")));
  }

  /** Gives every entry the place that a test wants. */
  private static final class Placing extends ForwardingHeads {
    private @Nullable Place place = Place.NEXT;

    Placing(ControlHeads plain) {
      super(plain);
    }

    @Override
    public Place place(Envelope entry, Control control) {
      if (place == null) {
        throw new RefusedException(Reason.CHANGE_REFUSED, "change: expected another one");
      }
      return place;
    }

    @Override
    public boolean follows() {
      return true;
    }
  }

  private Input.Arrival arrival() {
    return StageBench.arrival(
        bench.delivery(Verb.CONTROL.topic(), StageBench.utf8(Control.THREAD.text()), ENTRY.bytes()),
        new Decoded.Valid(ENTRY, Control.parse(ENTRY.payload())));
  }

  private Turn.@Nullable Stateless of(Input.Arrival arrival, ControlHeads.@Nullable Place place) {
    placing.place = place;
    return records.of(arrival, ENTRY, Control.parse(ENTRY.payload()));
  }

  private static void assertRefused(Turn.@Nullable Stateless record, Reason reason) {
    PendingRow row = Objects.requireNonNull(Objects.requireNonNull(record).row);
    assertThat(row.row().scope()).isEqualTo(DeadLetters.SCOPE);
    assertThat(row.origin())
        .isInstanceOfSatisfying(
            PendingRow.Origin.Refused.class,
            refused -> {
              assertThat(refused.letter().reason()).isEqualTo(reason);
              assertThat(refused.letter().stage()).isEqualTo("store");
              assertThat(refused.letter().value()).isEqualTo(ENTRY.bytes());
            });
  }

  @Test
  void theNextEntryIsARowInTheSlotOfItsNumber() {
    Turn.Stateless record = Objects.requireNonNull(of(arrival(), ControlHeads.Place.NEXT));
    PendingRow row = Objects.requireNonNull(record.row);
    assertThat(SlotKey.of(row.row())).isEqualTo(SlotKey.ofControl(1));
    assertThat(row.row().bytes()).isEqualTo(ENTRY.bytes());
    assertThat(row.origin())
        .isEqualTo(new PendingRow.Origin.Came(ENTRY, Control.parse(ENTRY.payload())));
    assertThat(record.audits).as("before its slot is filled").isEmpty();
  }

  @Test
  void anEntryThatIsKnownIsAuditedAsDeliveredAndStoredNoMore() {
    Input.Arrival arrival = arrival();
    Turn.Stateless record = Objects.requireNonNull(of(arrival, ControlHeads.Place.KNOWN));
    assertThat(record.row).isNull();
    assertThat(record.audits)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.direction()).isEqualTo(Direction.DELIVERED);
              assertThat(event.topic()).isEqualTo(arrival.source().topic());
              assertThat(event.offset()).isEqualTo(arrival.source().offset());
              assertThat(event.content()).isEqualTo(ENTRY.bytes());
              assertThat(event.note()).isEmpty();
            });
  }

  @Test
  void anEntryWhoseNumberIsTakenIsSuperseded() {
    Turn.Stateless record = Objects.requireNonNull(of(arrival(), ControlHeads.Place.TAKEN));
    assertThat(record.row).isNull();
    assertThat(record.audits)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.direction()).isEqualTo(Direction.SUPERSEDED);
              assertThat(event.note()).isEqualTo("another entry has its number");
            });
  }

  @Test
  void anEntryThatDoesNotFitIsADeadLetterWithItsReason() {
    assertRefused(of(arrival(), null), Reason.CHANGE_REFUSED);
  }

  @Test
  void anEntryWaitsForTheOneBeforeItAndNotForEver() {
    Input.Arrival arrival = arrival();
    assertThat(of(arrival, ControlHeads.Place.LATER)).isNull();
    bench.time.advanceTimeBy(Duration.ofMillis(ControlRecords.WAIT_MILLIS_MAX - 1));
    assertThat(of(arrival, ControlHeads.Place.LATER)).isNull();
    bench.time.advanceTimeBy(Duration.ofMillis(1));
    assertRefused(of(arrival, ControlHeads.Place.LATER), Reason.WRONG_HEAD);
  }

  @Test
  void anEntryWaitsFromWhenItCameFirst() {
    assertThat(of(arrival(), ControlHeads.Place.LATER)).isNull();
    bench.time.advanceTimeBy(Duration.ofMillis(ControlRecords.WAIT_MILLIS_MAX));
    assertThat(of(arrival(), ControlHeads.Place.LATER)).as("another record").isNull();
  }

  @Test
  void anEntryThatWaitedIsTheNextOneOnceItsTurnHasCome() {
    Input.Arrival arrival = arrival();
    assertThat(of(arrival, ControlHeads.Place.LATER)).isNull();
    PendingRow row =
        Objects.requireNonNull(Objects.requireNonNull(of(arrival, ControlHeads.Place.NEXT)).row);
    assertThat(row.row().bytes()).isEqualTo(ENTRY.bytes());
  }

  @Test
  void noMoreWaitThanAreAllowedAndThoseThatWaitGoOnWaiting() {
    Input.Arrival first = arrival();
    assertThat(of(first, ControlHeads.Place.LATER)).isNull();
    for (int i = 1; i < ControlRecords.WAITING_MAX; i++) {
      assertThat(of(arrival(), ControlHeads.Place.LATER)).isNull();
    }
    assertRefused(of(arrival(), ControlHeads.Place.LATER), Reason.WRONG_HEAD);
    assertThat(of(first, ControlHeads.Place.LATER)).as("waits already").isNull();
  }

  /** Another process may have stored it meanwhile, or it may turn out not to fit. */
  @Test
  void anEntryThatStopsWaitingFreesItsPlace() {
    for (ControlHeads.Place end :
        new ControlHeads.@Nullable Place[] {
          ControlHeads.Place.NEXT, ControlHeads.Place.KNOWN, ControlHeads.Place.TAKEN, null
        }) {
      List<Input.Arrival> arrivals =
          Stream.generate(this::arrival).limit(ControlRecords.WAITING_MAX).toList();
      for (Input.Arrival arrival : arrivals) {
        assertThat(of(arrival, ControlHeads.Place.LATER)).as("after %s", end).isNull();
      }
      arrivals.forEach(arrival -> of(arrival, end));
    }
    assertThat(of(arrival(), ControlHeads.Place.LATER)).isNull();
  }

  @Test
  void whatFillsTheSlotSaysWhetherAnEntryCounts() {
    Turn.Stateless own = Objects.requireNonNull(of(arrival(), ControlHeads.Place.NEXT));
    ControlRecords.filled(own, ENTRY, true);
    assertThat(own.audits)
        .singleElement()
        .satisfies(event -> assertThat(event.direction()).isEqualTo(Direction.DELIVERED));
    Turn.Stateless late = Objects.requireNonNull(of(arrival(), ControlHeads.Place.NEXT));
    ControlRecords.filled(late, ENTRY, false);
    assertThat(late.audits)
        .singleElement()
        .satisfies(event -> assertThat(event.direction()).isEqualTo(Direction.SUPERSEDED));
  }
}
