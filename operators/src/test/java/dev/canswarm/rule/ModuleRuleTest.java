package dev.canswarm.rule;

import static dev.canswarm.rule.ModuleBytes.F32;
import static dev.canswarm.rule.ModuleBytes.I32;
import static dev.canswarm.rule.ModuleBytes.I64;
import static dev.canswarm.rule.ModuleBytes.VOID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.policy.GasSchedule;
import dev.canswarm.policy.RuleModule;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModuleRuleTest {
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec("example", Engines.portable(), EnvelopeLimits.DEFAULT);
  private static final List<Envelope> STORY =
      SpecVectors.rows(SpecVectors.read("envelopes").get("envelopes")).stream()
          .limit(5)
          .map(row -> CODEC.decodeAndVerify(SpecVectors.input(row)))
          .toList();
  private static final Envelope CLAIM = STORY.get(3);
  private static final Envelope COMMIT = STORY.get(4);

  /** A page, and the bytes that the module is shown. */
  private static final long BEFORE =
      (1 << 16) / 16
          + GasSchedule.ofBytes(COMMIT.statement().length)
          + GasSchedule.ofBytes(CLAIM.statement().length + 2);

  /** The one instruction of {@code input}. */
  private static final long INPUT = 1;

  private static ModuleRule load(ModuleBytes module, long gasMax) {
    byte[] bytes = module.bytes();
    return ModuleRule.load(
        new RuleModule("test", Sha256.hex(bytes), EnumSet.of(Verb.COMMIT), gasMax, 2), bytes);
  }

  private static long gas(ModuleBytes module) {
    GasMeter gas = new GasMeter(Long.MAX_VALUE);
    load(module, 1_000_000).check(COMMIT, List.of(CLAIM), gas);
    return gas.used();
  }

  private static RefusedException refusal(ModuleBytes module, long gasMax, GasMeter gas) {
    try {
      load(module, gasMax).check(COMMIT, List.of(CLAIM), gas);
    } catch (RefusedException e) {
      return e;
    }
    throw new AssertionError("expected a refusal");
  }

  private static RefusedException refusal(ModuleBytes module) {
    return refusal(module, 1_000_000, new GasMeter(Long.MAX_VALUE));
  }

  @Test
  void aModuleThatReturnsZeroAllows() {
    assertThat(gas(new ModuleBytes())).isEqualTo(BEFORE + INPUT + 1);
  }

  @Test
  void eachInstructionCostsTheSameButForEndsAndCalls() {
    // local.get 1, drop: two instructions more than the constant that is returned.
    assertThat(gas(new ModuleBytes().evaluate(0x20, 1, 0x1A, 0x42, 0)))
        .isEqualTo(BEFORE + INPUT + 3);
    // block nop end, loop end: block, nop, loop.
    assertThat(gas(new ModuleBytes().evaluate(0x02, VOID, 0x01, 0x0B, 0x03, VOID, 0x0B, 0x42, 0)))
        .isEqualTo(BEFORE + INPUT + 4);
    // if (const 1) nop else nop nop end: const, if, nop.
    assertThat(
            gas(
                new ModuleBytes()
                    .evaluate(0x41, 1, 0x04, VOID, 0x01, 0x05, 0x01, 0x01, 0x0B, 0x42, 0)))
        .isEqualTo(BEFORE + INPUT + 4);
    // A call of a function with one nop: call, nop.
    assertThat(
            gas(
                new ModuleBytes()
                    .type(new int[0], new int[0])
                    .function(2, new int[0], 0x01)
                    .evaluate(0x10, 2, 0x42, 0)))
        .isEqualTo(BEFORE + INPUT + 3);
  }

  @Test
  void aCallPaysForTheVariablesThatItSetsUp() {
    // A function with one parameter and two more variables: const, call and its three, const.
    assertThat(
            gas(
                new ModuleBytes()
                    .type(new int[] {I32}, new int[0])
                    .function(2, new int[] {I64, I32})
                    .evaluate(0x41, 0, 0x10, 2, 0x42, 0)))
        .isEqualTo(BEFORE + INPUT + 6);
  }

  static Stream<Arguments> costly() {
    int[] blocks = new int[60_000];
    int[] calls = new int[40_000];
    for (int i = 0; i < blocks.length; i += 3) {
      blocks[i] = 0x02;
      blocks[i + 1] = VOID;
      blocks[i + 2] = 0x0B;
    }
    for (int i = 0; i < calls.length; i += 2) {
      calls[i] = 0x10;
      calls[i + 1] = 2;
    }
    int[] none = {};
    int[] locals = IntStream.range(0, 256).map(i -> I64).toArray();
    return Stream.of(
        Arguments.of("empty blocks", new ModuleBytes().evaluate(endless(blocks))),
        Arguments.of(
            "calls of a function with many variables",
            new ModuleBytes().type(none, none).function(2, locals).evaluate(endless(calls))),
        Arguments.of(
            "a loop within many blocks",
            new ModuleBytes().evaluate(within(63, 0x03, VOID, 0x0C, 0, 0x0B))));
  }

  /** A loop over this code. */
  private static int[] endless(int[] code) {
    int[] whole = new int[code.length + 7];
    whole[0] = 0x03;
    whole[1] = VOID;
    System.arraycopy(code, 0, whole, 2, code.length);
    System.arraycopy(
        new int[] {0x0C, 0, 0x0B, 0x42, 0},
        0,
        whole,
        2 + code.length,
        whole.length - code.length - 2);
    return whole;
  }

  /** This code within so many blocks. */
  private static int[] within(int blocks, int... code) {
    IntStream open = IntStream.range(0, blocks).flatMap(i -> IntStream.of(0x02, VOID));
    IntStream close = IntStream.range(0, blocks).map(i -> 0x0B);
    IntStream inner = IntStream.concat(IntStream.of(code), close);
    return IntStream.concat(IntStream.concat(open, inner), IntStream.of(0x42, 0)).toArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("costly")
  void whatIsExecutedIsPaidFor(String what, ModuleBytes module) {
    // Less than a second even where many tests share the machine; unpaid it took a minute and more.
    RefusedException refusal =
        assertTimeoutPreemptively(
            Duration.ofSeconds(10),
            () -> refusal(module, 30_000, new GasMeter(Long.MAX_VALUE)),
            what);
    assertThat(refusal.reason()).isEqualTo(Reason.OUT_OF_GAS);
  }

  @Test
  void aLoopIsPaidForRoundByRound() {
    // i = 100; loop: i = i - 1; br_if i: 5 instructions a round; loop is executed once.
    long rounds =
        gas(
            new ModuleBytes()
                .evaluate(
                    new int[] {I32},
                    0x41,
                    0xE4,
                    0x00,
                    0x21,
                    4,
                    0x03,
                    VOID,
                    0x20,
                    4,
                    0x41,
                    1,
                    0x6B,
                    0x22,
                    4,
                    0x0D,
                    0,
                    0x0B,
                    0x42,
                    0));
    assertThat(rounds).isEqualTo(BEFORE + INPUT + 3 + 100 * 5 + 1);
  }

  @Test
  void whatAModuleReturnsPointsAtItsReason() {
    ModuleBytes module =
        new ModuleBytes().data(8, "too plain").evaluate(0x42, 8, 0x42, 32, 0x86, 0x42, 9, 0x84);
    RefusedException refusal = refusal(module);
    assertThat(refusal.reason()).isEqualTo(Reason.POLICY_RULE_REFUSED);
    assertThat(refusal.detail()).isEqualTo("rule test: too plain");
  }

  @Test
  void aReasonThatIsNotTextIsARefusalWithoutReason() {
    assertThat(refusal(new ModuleBytes().evaluate(0x42, 0x7F)).detail())
        .isEqualTo("rule test: gives no reason");
    assertThat(refusal(new ModuleBytes().evaluate(0x42, 1, 0x42, 32, 0x86)).detail())
        .isEqualTo("rule test: gives no reason");
  }

  @Test
  void theEnvelopeAndItsParentsStandWhereTheModuleWantsThem() {
    // Returns the address and the length that it was given, so that the bytes there are the reason.
    ModuleBytes envelope =
        new ModuleBytes().evaluate(0x20, 0, 0xAD, 0x42, 32, 0x86, 0x20, 1, 0xAD, 0x84);
    assertThat(refusal(envelope).detail())
        .isEqualTo("rule test: " + new String(COMMIT.statement(), UTF_8));
    ModuleBytes parents =
        new ModuleBytes().evaluate(0x20, 2, 0xAD, 0x42, 32, 0x86, 0x20, 3, 0xAD, 0x84);
    assertThat(refusal(parents).detail())
        .isEqualTo("rule test: [" + new String(CLAIM.statement(), UTF_8) + "]");
  }

  @Test
  void whatARuleIsShownLeavesOutTimeAndSignature() {
    JsonObject whole = StrictJson.parseObject(COMMIT.bytes());
    TreeMap<String, JsonValue> members = new TreeMap<>(whole.members());
    members.keySet().removeAll(List.of("sig_b64", "timestamp_ns"));
    assertThat(COMMIT.statement()).isEqualTo(CanonicalJson.write(JsonObject.of(members)));
  }

  @Test
  void anEndlessLoopRunsOutOfGasAtExactlyItsLimit() {
    GasMeter gas = new GasMeter(Long.MAX_VALUE);
    RefusedException refusal =
        refusal(new ModuleBytes().evaluate(0x03, VOID, 0x0C, 0, 0x0B, 0x42, 0), 20_000, gas);
    assertThat(refusal.reason()).isEqualTo(Reason.OUT_OF_GAS);
    assertThat(gas.used()).isEqualTo(20_001);
  }

  @Test
  void memoryAndInputArePaidForBeforeTheModuleRuns() {
    GasMeter gas = new GasMeter(Long.MAX_VALUE);
    assertThat(refusal(new ModuleBytes().pages(2), 8_191, gas).reason())
        .isEqualTo(Reason.OUT_OF_GAS);
    assertThat(gas.used()).isEqualTo(8_192);
    assertThat(gas(new ModuleBytes().pages(2))).isEqualTo(BEFORE + INPUT + 1 + 4096);
  }

  @Test
  void aModuleThatBreaksOffRefuses() {
    assertThat(refusal(new ModuleBytes().evaluate(0x00)).detail()).isEqualTo("rule test broke off");
    // Reads beyond its memory.
    assertThat(refusal(new ModuleBytes().evaluate(0x41, 0x7F, 0x28, 2, 0, 0x1A, 0x42, 0)).detail())
        .isEqualTo("rule test broke off");
    // Divides by zero.
    assertThat(refusal(new ModuleBytes().evaluate(0x41, 1, 0x41, 0, 0x6D, 0x1A, 0x42, 0)).reason())
        .isEqualTo(Reason.POLICY_RULE_REFUSED);
    // Has its room behind its memory.
    assertThat(refusal(new ModuleBytes().input(0x41, 0x7F)).detail())
        .startsWith("rule test: has no room for ");
  }

  @Test
  void nothingIsLeftOfAnEarlierEvaluation() {
    // Returns the value at 8, and writes 1 there.
    ModuleBytes module =
        new ModuleBytes().evaluate(0x41, 8, 0x29, 3, 0, 0x41, 8, 0x42, 1, 0x37, 3, 0);
    ModuleRule rule = load(module, 1_000_000);
    for (int i = 0; i < 3; i++) {
      rule.check(COMMIT, List.of(CLAIM), new GasMeter(Long.MAX_VALUE));
    }
  }

  static Stream<ModuleBytes> noRules() {
    int[] none = {};
    return Stream.of(
        new ModuleBytes().imported(),
        new ModuleBytes().started(),
        new ModuleBytes().noMemory(),
        new ModuleBytes().pages(0),
        new ModuleBytes().pages(3),
        new ModuleBytes().withoutExport(0),
        new ModuleBytes().withoutExport(1),
        new ModuleBytes().withoutExport(2),
        // Floats: a constant, a variable, a parameter.
        new ModuleBytes().evaluate(0x43, 0, 0, 0, 0, 0x1A, 0x42, 0),
        new ModuleBytes().evaluate(new int[] {F32}, 0x42, 0),
        new ModuleBytes().type(new int[] {F32}, none).function(2, none),
        // memory.grow, memory.fill, memory.copy.
        new ModuleBytes().evaluate(0x41, 1, 0x40, 0, 0x1A, 0x42, 0),
        new ModuleBytes().evaluate(0x41, 0, 0x41, 0, 0x41, 0, 0xFC, 11, 0, 0x42, 0),
        new ModuleBytes().evaluate(0x41, 0, 0x41, 0, 0x41, 0, 0xFC, 10, 0, 0, 0x42, 0),
        // i32.trunc_sat_f32_s of an unreachable float.
        new ModuleBytes().evaluate(0x00, 0xFC, 0, 0x1A, 0x42, 0),
        // Recursion: itself, and by another.
        new ModuleBytes().type(none, none).function(2, none, 0x10, 2),
        new ModuleBytes().type(none, none).function(2, none, 0x10, 3).function(2, none, 0x10, 2),
        // More locals than a rule may have.
        new ModuleBytes().evaluate(IntStream.range(0, 253).map(i -> I64).toArray(), 0x42, 0),
        deep(65));
  }

  private static ModuleBytes deep(int functions) {
    ModuleBytes module = new ModuleBytes().type(new int[0], new int[0]);
    for (int i = 0; i < functions - 1; i++) {
      module.function(2, new int[0], 0x10, i + 3);
    }
    return module.function(2, new int[0]);
  }

  @ParameterizedTest
  @MethodSource("noRules")
  void aModuleThatDoesMoreThanARuleMayIsNotLoaded(ModuleBytes module) {
    assertThatThrownBy(() -> load(module, 1_000))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith("rule test: ");
  }

  @Test
  void asManyCallsInARowAsAreAllowedAreLoaded() {
    assertThat(gas(deep(64))).isPositive();
  }

  @Test
  void bytesOfAnotherHashAreNotLoaded() {
    byte[] bytes = new ModuleBytes().bytes();
    RuleModule other = new RuleModule("test", "0".repeat(64), EnumSet.of(Verb.COMMIT), 1_000, 2);
    assertThatThrownBy(() -> ModuleRule.load(other, bytes))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("expected a module with SHA-256 000");
    RuleModule junk =
        new RuleModule("test", Sha256.hex(new byte[8]), EnumSet.of(Verb.COMMIT), 1_000, 2);
    assertThatThrownBy(() -> ModuleRule.load(junk, new byte[8]))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("no WASM module");
  }
}
