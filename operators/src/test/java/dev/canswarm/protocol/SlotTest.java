package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.SlotKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotTest {
  private static final String ID = Sha256.hex("id".getBytes(StandardCharsets.UTF_8));
  // Its base64 form has slashes of its own.
  private static final PublicKey KEY =
      PublicKey.ofBase64("//////////////////////////////////////////8=");

  @Property
  void theKeyReadBackIsTheSameSlot(@ForAll("slots") Slot slot) {
    Slot read = Slot.parse(slot.key());

    assertThat(read).isEqualTo(slot).hasSameHashCodeAs(slot).isExactlyInstanceOf(slot.getClass());
    assertThat(read).usingRecursiveComparison().isEqualTo(slot);
  }

  @Property
  void slotsAreOrderedAndEqualAsTheirKeysAre(
      @ForAll("slots") Slot one, @ForAll("slots") Slot other) {
    assertThat(one.compareTo(other)).isEqualTo(one.key().compareTo(other.key()));
    assertThat(one.equals(other)).isEqualTo(one.key().equals(other.key()));
  }

  @Test
  void theStoresKeyOfAnEntryOfTheControlChainIsThatOfItsSlot() {
    assertThat(SlotKey.ofControl(3))
        .isEqualTo(new SlotKey(Slot.CONTROL_SCOPE, Slot.control(3).key()));
  }

  @Test
  void aKeyIsWhatTheStoreHasAlwaysHeld() {
    RecordPosition position = new RecordPosition("cluster", "swarm.needs", 3, 17);

    assertThat(
            List.of(
                Slot.DECIDE,
                Slot.FINALIZE,
                Slot.need(new NeedId(ID)),
                Slot.intake(new ThreadId("thread"), "order/7"),
                Slot.intake(position),
                Slot.propose(KEY),
                Slot.claim(new TaskId(ID), 1),
                Slot.end(new TaskId(ID), 2),
                Slot.release(new TaskId(ID), 3),
                Slot.panel(new TaskId(ID), 4),
                Slot.verdict(new TaskId(ID), 5),
                Slot.attest(new EnvelopeId(ID), KEY),
                Slot.equivocation(new EnvelopeId(ID), KEY),
                Slot.waiting(position)))
        .extracting(Slot::key)
        .containsExactly(
            "DECIDE",
            "FINALIZE",
            "NEED/" + ID,
            "INTAKE/thread/order/7",
            "INTAKE/cluster/swarm.needs/3/17",
            "PROPOSE/" + KEY,
            "CLAIM/" + ID + "/1",
            "END/" + ID + "/2",
            "RELEASE/" + ID + "/3",
            "PANEL/" + ID + "/4",
            "VERDICT/" + ID + "/5",
            "ATTEST/" + ID + "/" + KEY,
            "EQUIVOCATION/" + ID + "/" + KEY,
            "WAIT/swarm.needs/3/17");
  }

  @Test
  void aWaitingEnvelopeKeepsThePositionThatItWasDeliveredFrom() {
    RecordPosition position = new RecordPosition("cluster", "swarm.lease", 3, 17);

    assertThat(Slot.waiting(position).position()).isEqualTo(position.withoutCluster());
    assertThat(Slot.parse("WAIT/swarm.lease/3/17")).isEqualTo(Slot.waiting(position));
  }

  @Test
  void onlyANonceOfTheIntakeNamesASlot() {
    assertThat(Slot.ofNonce("INTAKE/thread/key"))
        .isEqualTo(Slot.intake(new ThreadId("thread"), "key"));
    assertThat(Slot.ofNonce("intake/thread/key")).isNull();
    assertThat(Slot.ofNonce(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "decide",
        "DECIDE/",
        "FINALIZE/1",
        "NEED/",
        "NEED/1",
        "INTAKE",
        "PROPOSE/nobody",
        "CLAIM/{id}",
        "CLAIM/{id}/",
        "CLAIM/{id}/01",
        "CLAIM/{id}/+1",
        "CLAIM/{id}/-1",
        "CLAIM/{id}/9223372036854775808",
        "CLAIM/task/1",
        "CLAIM//1",
        "END/1",
        "PANEL/{id}/2147483648",
        "VERDICT/{id}/one",
        "ATTEST/{id}",
        "ATTEST/{id}/",
        "ATTEST/{id}/nobody",
        "EQUIVOCATION//",
        "WAIT/swarm.lease/3",
        "WAIT/swarm.lease/3/",
        "WAIT//3/17",
        "SECOND/{id}",
        "CANCELLED"
      })
  void anInvalidKeyIsRefused(String text) {
    String key = text.replace("{id}", ID);

    assertThatThrownBy(() -> Slot.parse(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(key);
  }

  @Provide
  Arbitrary<Slot> slots() {
    Arbitrary<String> ids =
        Arbitraries.strings()
            .ofLength(3)
            .map(text -> Sha256.hex(text.getBytes(StandardCharsets.UTF_8)));
    Arbitrary<PublicKey> keys =
        Arbitraries.bytes().array(byte[].class).ofSize(PublicKey.LENGTH_BYTES).map(PublicKey::of);
    Arbitrary<Long> tokens = Arbitraries.longs().between(0, Long.MAX_VALUE);
    Arbitrary<Integer> attempts = Arbitraries.integers().between(0, Integer.MAX_VALUE);
    Arbitrary<String> names =
        Arbitraries.strings().withCharRange('-', 'z').excludeChars('/').ofMinLength(1);
    Arbitrary<RecordPosition> positions =
        Combinators.combine(names, names, attempts, tokens).as(RecordPosition::new);
    Arbitrary<TaskId> tasks = ids.map(TaskId::new);
    return Arbitraries.oneOf(
        Arbitraries.of(Slot.DECIDE, Slot.FINALIZE),
        ids.map(NeedId::new).map(Slot::need),
        Combinators.combine(names.map(ThreadId::new), Arbitraries.strings().ascii())
            .as(Slot::intake),
        positions.map(Slot::intake),
        keys.map(Slot::propose),
        Combinators.combine(tasks, tokens).as(Slot::claim),
        Combinators.combine(tasks, tokens).as(Slot::end),
        Combinators.combine(tasks, tokens).as(Slot::release),
        Combinators.combine(tasks, attempts).as(Slot::panel),
        Combinators.combine(tasks, attempts).as(Slot::verdict),
        Combinators.combine(ids.map(EnvelopeId::new), keys).as(Slot::attest),
        Combinators.combine(ids.map(EnvelopeId::new), keys).as(Slot::equivocation),
        positions.map(Slot::waiting));
  }
}
