package dev.canswarm.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RuleModule;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.endive.wasm.Parser;

/** Which modules can be a rule, and what the refusal of another one says is wrong with it. */
class ModuleCheckTest {
  private static final int PAGES_MAX = 2;
  private static final int[] NONE = {};

  private static final int SECTION_TABLE = 4;
  private static final int SECTION_GLOBALS = 6;
  private static final int SECTION_ELEMENTS = 9;
  private static final int SECTION_DATA = 11;
  private static final int FUNCREF = 0x70;

  private static int check(byte[] bytes) {
    return ModuleCheck.check(
        new RuleModule("test", "0".repeat(64), EnumSet.of(Verb.COMMIT), 1_000, PAGES_MAX),
        Parser.parse(bytes));
  }

  private static byte[] plain() {
    return new ModuleBytes().bytes();
  }

  /** The module with one more section, in the place that its number has. */
  private static byte[] with(byte[] module, int section, int... content) {
    int at = 8;
    while (at < module.length && (module[at] == 0 || module[at] < section)) {
      // A section of a module here has fewer than 128 bytes: its length is one byte.
      at += 2 + module[at + 1];
    }
    byte[] longer = Arrays.copyOf(module, module.length + 2 + content.length);
    System.arraycopy(module, at, longer, at + 2 + content.length, module.length - at);
    longer[at] = (byte) section;
    longer[at + 1] = (byte) content.length;
    for (int i = 0; i < content.length; i++) {
      longer[at + 2 + i] = (byte) content[i];
    }
    return longer;
  }

  private static Arguments wrong(byte[] module, String problem) {
    return Arguments.of(module, problem);
  }

  private static byte[] deep(int calls) {
    ModuleBytes module = new ModuleBytes().type(NONE, NONE);
    for (int i = 0; i < calls - 1; i++) {
      module.function(2, NONE, 0x10, i + 3);
    }
    return module.function(2, NONE).bytes();
  }

  private static int[] locals(int count) {
    return IntStream.range(0, count).map(i -> ModuleBytes.I64).toArray();
  }

  private static int[] integers(int count) {
    return IntStream.range(0, count).map(i -> ModuleBytes.I32).toArray();
  }

  /** Blocks within each other in {@code evaluate}. */
  private static byte[] nested(int blocks) {
    int[] code = new int[3 * blocks + 2];
    for (int i = 0; i < blocks; i++) {
      code[2 * i] = 0x02;
      code[2 * i + 1] = ModuleBytes.VOID;
      code[2 * blocks + i] = 0x0B;
    }
    code[3 * blocks] = 0x42;
    return new ModuleBytes().evaluate(code).bytes();
  }

  private static byte[] functions(int count) {
    ModuleBytes module = new ModuleBytes().type(NONE, NONE);
    for (int i = 2; i < count; i++) {
      module.function(2, NONE);
    }
    return module.bytes();
  }

  /** A block in {@code evaluate} whose type is number 2. */
  private static byte[] typedBlock(int opcode, int[] params, int[] returns) {
    return new ModuleBytes()
        .type(params, returns)
        .evaluate(0x00, opcode, 2, 0x00, 0x0B, 0x00)
        .bytes();
  }

  static Stream<Arguments> tooCostly() {
    String block = "expected blocks without parameters, and with one integer as the result or none";
    return Stream.of(
        wrong(
            new ModuleBytes().type(integers(17), NONE).function(2, NONE).bytes(),
            "expected at most 16 parameters, got 17"),
        wrong(
            new ModuleBytes().type(NONE, integers(2)).function(2, NONE, 0x41, 0, 0x41, 0).bytes(),
            "expected at most 1 result, got 2"),
        wrong(typedBlock(0x02, integers(1), NONE), block),
        wrong(typedBlock(0x03, integers(1), NONE), block),
        wrong(typedBlock(0x02, NONE, integers(2)), block),
        wrong(
            new ModuleBytes().evaluate(0x00, 0x02, ModuleBytes.F32, 0x00, 0x0B, 0x00).bytes(),
            block),
        wrong(nested(65), "expected at most 64 blocks within each other, got 65"),
        wrong(functions(1025), "expected at most 1024 functions, got 1025"),
        wrong(new ModuleBytes().globals(257).bytes(), "expected at most 256 globals, got 257"),
        wrong(
            new ModuleBytes().segments(257).bytes(), "expected at most 256 data segments, got 257"),
        wrong(new ModuleBytes().exports(254).bytes(), "expected at most 256 exports, got 257"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("tooCostly")
  void whatWouldCostMoreThanIsPaidForIsRefused(byte[] module, String problem) {
    theRefusalNamesTheRuleAndWhatIsWrong(module, problem);
  }

  static Stream<Arguments> noRules() {
    String tooDeep = "expected no recursion, and at most 64 calls in a row";
    return Stream.of(
        wrong(new ModuleBytes().imported().bytes(), "expected no imports"),
        wrong(new ModuleBytes().started().bytes(), "expected no start function"),
        wrong(
            with(plain(), SECTION_TABLE, 1, FUNCREF, 0, 17),
            "expected no table but a linker's empty one"),
        wrong(
            with(plain(), SECTION_TABLE, 2, FUNCREF, 0, 1, FUNCREF, 0, 1),
            "expected no table but a linker's empty one"),
        wrong(
            with(
                with(plain(), SECTION_TABLE, 1, FUNCREF, 0, 1),
                SECTION_ELEMENTS,
                1,
                0,
                0x41,
                0,
                0x0B,
                1,
                0),
            "expected no elements"),
        wrong(new ModuleBytes().noMemory().bytes(), "expected its memory as the export memory"),
        wrong(
            new ModuleBytes().withoutExport(1).bytes(),
            "expected an export input that is a function from [I32] to [I32]"),
        wrong(
            new ModuleBytes().withoutExport(2).bytes(),
            "expected an export evaluate that is a function from [I32, I32, I32, I32] to [I64]"),
        wrong(
            with(plain(), SECTION_GLOBALS, 1, ModuleBytes.F32, 0, 0x43, 0, 0, 0, 0, 0x0B),
            "expected variables that are integers"),
        wrong(
            with(plain(), SECTION_GLOBALS, 2, 0x7F, 0, 0x41, 1, 0x0B, 0x7F, 0, 0x23, 0, 0x0B),
            "expected a constant, got GLOBAL_GET"),
        wrong(
            with(plain(), SECTION_DATA, 1, 1, 1, 'x'),
            "expected data that is written at the start"),
        wrong(
            new ModuleBytes().evaluate(new int[] {ModuleBytes.F32}, 0x42, 0).bytes(),
            "expected integers alone"),
        wrong(
            new ModuleBytes().evaluate(locals(253), 0x42, 0).bytes(),
            "expected at most 256 locals, got 257"),
        wrong(
            new ModuleBytes().evaluate(0x41, 1, 0x40, 0, 0x1A, 0x42, 0).bytes(),
            "expected no MEMORY_GROW, which is not among what a rule may do"),
        wrong(
            new ModuleBytes().evaluate(0x43, 0, 0, 0, 0, 0x1A, 0x42, 0).bytes(),
            "expected no F32_CONST, which is not among what a rule may do"),
        wrong(new ModuleBytes().type(NONE, NONE).function(2, NONE, 0x10, 2).bytes(), tooDeep),
        wrong(
            new ModuleBytes()
                .type(NONE, NONE)
                .function(2, NONE, 0x10, 3)
                .function(2, NONE, 0x10, 2)
                .bytes(),
            tooDeep),
        wrong(deep(65), tooDeep),
        wrong(new ModuleBytes().pages(0).bytes(), "expected a memory of 1 to 2 pages, got 0"),
        wrong(new ModuleBytes().pages(3).bytes(), "expected a memory of 1 to 2 pages, got 3"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("noRules")
  void theRefusalNamesTheRuleAndWhatIsWrong(byte[] module, String problem) {
    assertThatThrownBy(() -> check(module))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith("rule test: " + problem);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void thePagesOfTheMemoryAreTold(int pages) {
    assertThat(check(new ModuleBytes().pages(pages).bytes())).isEqualTo(pages);
  }

  @Test
  void whatACompilerLeavesBehindIsAllowed() {
    byte[] module = with(plain(), SECTION_TABLE, 1, FUNCREF, 0, 16);
    module = with(module, SECTION_GLOBALS, 2, 0x7F, 1, 0x41, 1, 0x0B, 0x7E, 0, 0x42, 1, 0x0B);
    module = with(module, SECTION_DATA, 1, 0, 0x41, 8, 0x0B, 1, 'x');
    byte[] made = module;
    assertThatCode(() -> check(made)).doesNotThrowAnyException();
  }

  @Test
  void asMuchAsIsAllowedIsAllowed() {
    assertThatCode(() -> check(deep(64))).doesNotThrowAnyException();
    assertThatCode(() -> check(new ModuleBytes().evaluate(locals(252), 0x42, 0).bytes()))
        .doesNotThrowAnyException();
    assertThatCode(
            () -> check(new ModuleBytes().type(integers(16), NONE).function(2, NONE).bytes()))
        .doesNotThrowAnyException();
    assertThatCode(() -> check(nested(64))).doesNotThrowAnyException();
    assertThatCode(() -> check(functions(1024))).doesNotThrowAnyException();
    assertThatCode(() -> check(new ModuleBytes().globals(256).segments(256).exports(253).bytes()))
        .doesNotThrowAnyException();
  }

  @Test
  void twoCallsOfOneFunctionAreNotDeeperThanOne() {
    ModuleBytes module = new ModuleBytes().type(NONE, NONE);
    for (int i = 0; i < 20; i++) {
      module.function(2, NONE, 0x10, i + 3, 0x10, i + 3);
    }
    byte[] made = module.function(2, NONE).bytes();
    assertThatCode(() -> check(made)).doesNotThrowAnyException();
  }
}
