package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a slot's key are found where they are, and a key of another form is refused. */
class SlotKeyReaderTest {
  private static final TaskId ID = new TaskId("0123456789abcdef".repeat(4));

  /** Its base64 has slashes of its own. */
  private static final PublicKey KEY = keyWithSlashes();

  private static PublicKey keyWithSlashes() {
    for (int seed = 0; seed < 256; seed++) {
      byte[] bytes = new byte[32];
      bytes[0] = (byte) seed;
      PublicKey key = Engines.portable().signingKey(bytes).publicKey();
      if (key.base64().indexOf('/') != key.base64().lastIndexOf('/')) {
        return key;
      }
    }
    throw new IllegalStateException("no key with two slashes");
  }

  static List<Slot> slots() {
    return List.of(
        Slot.DECIDE,
        Slot.FINALIZE,
        Slot.need(new NeedId(ID.text())),
        Slot.intake(new ThreadId("thread-1"), "order/7"),
        Slot.intake(new RecordPosition("cluster", "swarm.intake", 3, 7)),
        Slot.propose(KEY),
        Slot.claim(ID, 0),
        Slot.claim(ID, Long.MAX_VALUE),
        Slot.end(ID, 2),
        Slot.release(ID, 3),
        Slot.panel(ID, Integer.MAX_VALUE),
        Slot.verdict(ID, 1),
        Slot.attest(new EnvelopeId(ID.text()), KEY),
        Slot.equivocation(new EnvelopeId(ID.text()), KEY),
        Slot.waiting(new RecordPosition(RecordPosition.NO_CLUSTER, "swarm.lease", 7, 99)));
  }

  @ParameterizedTest
  @MethodSource("slots")
  void aKeyIsReadAsTheSlotThatItWasMadeOf(Slot slot) {
    Slot read = new SlotKeyReader(slot.key()).read();
    assertThat(read).isEqualTo(slot).hasSameClassAs(slot);
    assertThat(read.kind()).isEqualTo(slot.kind());
  }

  @Test
  void thePartsAreReadBack() {
    Slot.Claim claim = (Slot.Claim) new SlotKeyReader("CLAIM/" + ID + "/7").read();
    assertThat(claim.taskId()).isEqualTo(ID);
    assertThat(claim.token()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "decide",
        "NOTHING",
        "NEED",
        "NEED/",
        "NEED/abc",
        "NEED/0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
        "INTAKE",
        "PROPOSE/AAAA",
        "CLAIM/7",
        "CLAIM/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "CLAIM/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/",
        "CLAIM/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/x",
        "CLAIM/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/-1",
        "CLAIM/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/9223372036854775808",
        "VERDICT/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/2147483648",
        "ATTEST/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "WAIT/swarm.lease/7",
        "WAIT/swarm.lease/2147483648/1",
        "SECOND/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      })
  void aKeyOfAnotherFormIsRefused(String key) {
    assertThatThrownBy(() -> new SlotKeyReader(key).read())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CLAIM/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/+7",
        "CLAIM/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/07",
        "DECIDE/",
        "FINALIZE/x",
      })
  void anotherSpellingOfTheSameSlotIsNotAKey(String key) {
    assertThatThrownBy(() -> Slot.parse(key)).isInstanceOf(IllegalArgumentException.class);
  }
}
