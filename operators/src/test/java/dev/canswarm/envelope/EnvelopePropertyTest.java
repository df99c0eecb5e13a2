package dev.canswarm.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.json.Texts;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EnvelopePropertyTest {
  private static final List<String> IDENTIFIED =
      List.of(
          "v",
          "swarm_id",
          "thread_id",
          "kind",
          "need_id",
          "lamport",
          "sender_pk_b64",
          "parents",
          "nonce",
          "policy_engine_hash",
          "payload_hash");

  private static final String THREAD_CHARS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";
  private static final String PRINTABLE = THREAD_CHARS + " !\"#$%&'()*+,/;<=>?@[\\]^`{|}~";

  private final SignatureEngine engine = Engines.portable();
  private final EnvelopeCodec codec = new EnvelopeCodec("s", engine, EnvelopeLimits.DEFAULT);
  private final SigningKey key = engine.signingKey(new byte[32]);

  @Property(tries = 300)
  void aSignedEnvelopeReadsBackAsItself(@ForAll("drafts") Draft draft) {
    Envelope signed = codec.sign(draft, key, 1_700_000_000_000_000_000L);
    assertThat(codec.decodeAndVerify(signed.bytes()))
        .usingRecursiveComparison()
        .withEqualsForType(Object::equals, JsonObject.class)
        .withEqualsForType(Object::equals, PublicKey.class)
        .isEqualTo(signed);
  }

  @Property(tries = 300)
  void theWrittenFormsAreThoseOfTheGeneralWriter(@ForAll("drafts") Draft draft) {
    Envelope signed = codec.sign(draft, key, 7);
    Map<String, JsonValue> members = StrictJson.parseObject(signed.bytes()).members();
    assertThat(CanonicalJson.write(new JsonObject(new TreeMap<>(members))))
        .isEqualTo(signed.bytes());
    var identified = new TreeMap<>(members);
    identified.keySet().retainAll(IDENTIFIED);
    EnvelopeForm form = EnvelopeForm.of(signed);
    byte[] named = CanonicalJson.write(new JsonObject(identified));
    assertThat(signed.id().text()).isEqualTo(Sha256.hexTagged("can-swarm/id/v1", named));
    var covered = new TreeMap<>(members);
    covered.keySet().removeAll(List.of("payload", "sig_b64"));
    byte[] canonical = CanonicalJson.write(new JsonObject(covered));
    byte[] message = form.signed();
    int tag = "can-swarm/envelope/v1\0".length();
    assertThat(Arrays.copyOfRange(message, tag, message.length)).isEqualTo(canonical);
  }

  @Property(tries = 2_000)
  void aChangedByteIsRefusedOrChangesNothing(
      @ForAll("drafts") Draft draft, @ForAll int where, @ForAll byte value) {
    Envelope signed = codec.sign(draft, key, 1_700_000_000_000_000_000L);
    byte[] changed = signed.bytes().clone();
    changed[Math.floorMod(where, changed.length)] = value;
    if (!Arrays.equals(changed, signed.bytes()) && !sameValue(changed, signed.bytes())) {
      assertThatThrownBy(() -> codec.decodeAndVerify(changed)).isInstanceOf(RefusedException.class);
    }
  }

  private static boolean sameValue(byte[] changed, byte[] original) {
    try {
      return StrictJson.parse(changed).equals(StrictJson.parse(original));
    } catch (JsonException e) {
      return false;
    }
  }

  @Provide
  Arbitrary<Draft> drafts() {
    Arbitrary<Draft> anyKind = Arbitraries.randomValue(EnvelopePropertyTest::draft);
    return Combinators.combine(anyKind, Texts.objects())
        .as((draft, payload) -> draft.with().payload(payload).build());
  }

  private static Draft draft(Random random) {
    Verb verb = Verb.values()[random.nextInt(Verb.values().length)];
    ThreadId thread = new ThreadId(text(random, THREAD_CHARS, 128));
    JsonObject none = JsonObject.empty();
    if (verb == Verb.NEED) {
      String nonce = text(random, PRINTABLE, 256);
      return Draft.builder(verb, thread)
          .nonce(nonce)
          .policyHash(hash(random))
          .payload(none)
          .build();
    }
    if (verb == Verb.CONTROL && random.nextInt(4) == 0) {
      return Draft.builder(verb, thread).policyHash(hash(random)).payload(none).build();
    }
    int parentsMax = verb == Verb.CONTROL ? 1 : 4;
    List<EnvelopeId> parents =
        Stream.generate(() -> new EnvelopeId(hash(random)))
            .limit(1 + random.nextInt(parentsMax))
            .toList();
    long lamport = 2 + (random.nextLong() >>> 12);
    return Draft.builder(verb, thread)
        .need(verb == Verb.CONTROL ? null : new NeedId(hash(random)))
        .lamport(lamport)
        .parents(parents)
        .policyHash(hash(random))
        .payload(none)
        .build();
  }

  private static String hash(Random random) {
    byte[] seed = new byte[8];
    random.nextBytes(seed);
    return Sha256.hex(seed);
  }

  private static String text(Random random, String alphabet, int lengthMax) {
    var text = new StringBuilder();
    for (int i = 1 + random.nextInt(lengthMax); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
