package dev.canswarm.rule;

import dev.canswarm.policy.RuleModule;
import java.util.Arrays;
import java.util.List;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.BlockType;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Global;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.ValType;

/**
 * Checks that a module can serve as a rule (docs/spec/policy.md, section 5): it has integers and
 * one memory of a fixed size; no imports, no recursion, no indirect calls. What one instruction and
 * one new instance can cost is limited too. So its gas bounds its time, and its verdict is the same
 * on every machine.
 */
final class ModuleCheck {
  /** Most bytes of a module. */
  static final int BYTES_MAX = 64 << 10;

  /** Most functions that call each other in a row. */
  static final int CALL_DEPTH_MAX = 64;

  /** Most local variables of a function, its parameters included. */
  static final int LOCALS_MAX = 256;

  /** Most parameters of a function: a call copies them, and sets up its locals after them. */
  static final int PARAMETERS_MAX = 16;

  /**
   * Most blocks, loops and ifs within each other: to branch, an interpreter may look through all
   * that are open.
   */
  static final int NESTING_MAX = 64;

  /** Most functions, which each new instance lists. */
  static final int FUNCTIONS_MAX = 1_024;

  /** Most globals, data segments and exports: each new instance makes them anew. */
  static final int PARTS_MAX = 256;

  private static final String TOO_DEEP =
      "expected no recursion, and at most " + CALL_DEPTH_MAX + " calls in a row";
  private static final int TABLE_ENTRIES_MAX = 16;
  private static final int BLOCK = 0x02;
  private static final int IF = 0x04;
  private static final int END = 0x0B;
  private static final int CALL = 0x10;
  private static final int I32_CONST = 0x41;
  private static final int I64_CONST = 0x42;

  /** Ranges of opcodes that are allowed, both ends included. */
  private static final int[][] ALLOWED = {
    {0x00, 0x05}, // unreachable, nop, block, loop, if, else
    {0x0B, 0x10}, // end, br, br_if, br_table, return, call
    {0x1A, 0x1B}, // drop, select
    {0x20, 0x24}, // local and global variables
    {0x28, 0x29}, // i32.load, i64.load
    {0x2C, 0x37}, // loads of less than a whole integer; i32.store, i64.store
    {0x3A, 0x3F}, // stores of less than a whole integer; memory.size
    {I32_CONST, I64_CONST},
    {0x45, 0x5A}, // comparisons
    {0x67, 0x8A}, // arithmetic
    {0xA7, 0xA7}, // i32.wrap_i64
    {0xAC, 0xAD}, // i64.extend_i32
    {0xC0, 0xC4}, // sign extension
  };

  private final String name;
  private final WasmModule module;

  private ModuleCheck(String name, WasmModule module) {
    this.name = name;
    this.module = module;
  }

  /**
   * Refuses a module that cannot be this rule.
   *
   * @return how many pages its memory has
   */
  static int check(RuleModule rule, WasmModule module) {
    ModuleCheck check = new ModuleCheck(rule.name(), module);
    check.need(module.importSection().importCount() == 0, "expected no imports");
    check.need(module.startSection().isEmpty(), "expected no start function");
    check.need(module.tagSection().isEmpty(), "expected no exceptions");
    check.tables();
    check.sizes();
    check.exports();
    check.globals();
    check.data();
    check.functions();
    check.callDepth();
    return check.memory(rule.memoryPagesMax());
  }

  private void tables() {
    need(
        module.tableSection().tableCount() == 0
            || (module.tableSection().tableCount() == 1
                && module.tableSection().getTable(0).limits().min() <= TABLE_ENTRIES_MAX),
        "expected no table but a linker's empty one");
    need(module.elementSection().elementCount() == 0, "expected no elements");
  }

  private void sizes() {
    most(FUNCTIONS_MAX, "functions", module.codeSection().functionBodyCount());
    most(PARTS_MAX, "globals", module.globalSection().globalCount());
    most(PARTS_MAX, "data segments", module.dataSection().dataSegmentCount());
    most(PARTS_MAX, "exports", module.exportSection().exportCount());
  }

  private void exports() {
    need(export("memory", ExternalType.MEMORY) == 0, "expected its memory as the export memory");
    signature("input", List.of(ValType.I32), List.of(ValType.I32));
    signature(
        "evaluate",
        List.of(ValType.I32, ValType.I32, ValType.I32, ValType.I32),
        List.of(ValType.I64));
  }

  private void signature(String export, List<ValType> params, List<ValType> returns) {
    int index = export(export, ExternalType.FUNCTION);
    need(
        index >= 0
            && typeOf(index).params().equals(params)
            && typeOf(index).returns().equals(returns),
        "expected an export " + export + " that is a function from " + params + " to " + returns);
  }

  /** The index of an export, or -1. */
  private int export(String export, ExternalType type) {
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export one = module.exportSection().getExport(i);
      if (one.name().equals(export) && one.exportType() == type) {
        return one.index();
      }
    }
    return -1;
  }

  private FunctionType typeOf(int function) {
    return module.functionSection().getFunctionType(function, module.typeSection());
  }

  private int memory(int pagesMax) {
    int memories = module.memorySection().map(section -> section.memoryCount()).orElse(0);
    need(memories == 1, "expected one memory");
    MemoryLimits limits = module.memorySection().orElseThrow().getMemory(0).limits();
    need(!limits.shared(), "expected a memory that is not shared");
    need(
        limits.initialPages() >= 1 && limits.initialPages() <= pagesMax,
        "expected a memory of 1 to " + pagesMax + " pages, got " + limits.initialPages());
    return limits.initialPages();
  }

  private void globals() {
    for (Global global : module.globalSection().globals()) {
      need(isInteger(global.valueType()), "expected variables that are integers");
      constant(global.initInstructions());
    }
  }

  private void data() {
    for (DataSegment segment : module.dataSection().dataSegments()) {
      need(
          segment instanceof ActiveDataSegment active && active.index() == 0,
          "expected data that is written at the start");
      constant(((ActiveDataSegment) segment).offsetInstructions());
    }
  }

  private void constant(List<Instruction> instructions) {
    for (Instruction instruction : instructions) {
      int opcode = instruction.opcode().opcode();
      need(
          opcode == I32_CONST || opcode == I64_CONST || opcode == END,
          "expected a constant, got " + instruction.opcode());
    }
  }

  private void functions() {
    FunctionBody[] bodies = module.codeSection().functionBodies();
    for (int i = 0; i < bodies.length; i++) {
      FunctionType type = typeOf(i);
      need(
          type.params().stream().allMatch(ModuleCheck::isInteger)
              && type.returns().stream().allMatch(ModuleCheck::isInteger)
              && bodies[i].localTypes().stream().allMatch(ModuleCheck::isInteger),
          "expected integers alone");
      most(PARAMETERS_MAX, "parameters", type.params().size());
      most(1, "result", type.returns().size());
      most(LOCALS_MAX, "locals", type.params().size() + bodies[i].localTypes().size());
      instructions(bodies[i]);
    }
  }

  private void instructions(FunctionBody body) {
    int open = 0;
    for (Instruction instruction : body.instructions()) {
      int opcode = instruction.opcode().opcode();
      need(
          isAllowed(opcode),
          "expected no " + instruction.opcode() + ", which is not among what a rule may do");
      if (BLOCK <= opcode && opcode <= IF) {
        block(instruction.operand(0));
        open++;
        most(NESTING_MAX, "blocks within each other", open);
      } else if (opcode == END) {
        open--;
      }
    }
  }

  /**
   * A branch to a block with parameters, or with several results, copies as many values as it has;
   * and interpreters differ in what they leave of the values below.
   */
  private void block(long type) {
    need(
        BlockType.isEmpty(type)
            || (BlockType.isValueType(type)
                && (BlockType.valueTypeId(type) == ValType.I32.id()
                    || BlockType.valueTypeId(type) == ValType.I64.id())),
        "expected blocks without parameters, and with one integer as the result or none");
  }

  private static boolean isAllowed(int opcode) {
    return Arrays.stream(ALLOWED).anyMatch(range -> range[0] <= opcode && opcode <= range[1]);
  }

  private static boolean isInteger(ValType type) {
    return type.equals(ValType.I32) || type.equals(ValType.I64);
  }

  /** Computes the length of the longest chain of calls. */
  private void callDepth() {
    FunctionBody[] bodies = module.codeSection().functionBodies();
    int[] depths = new int[bodies.length];
    for (int round = 0; round <= CALL_DEPTH_MAX; round++) {
      boolean changed = false;
      for (int i = 0; i < bodies.length; i++) {
        int depth = 1;
        for (Instruction instruction : bodies[i].instructions()) {
          if (instruction.opcode().opcode() == CALL) {
            depth = Math.max(depth, 1 + depths[(int) instruction.operand(0)]);
          }
        }
        need(depth <= CALL_DEPTH_MAX, TOO_DEEP);
        changed |= depth != depths[i];
        depths[i] = depth;
      }
      if (!changed) {
        return;
      }
    }
    throw new RuleException(name, TOO_DEEP);
  }

  private void most(int max, String what, int count) {
    need(count <= max, "expected at most " + max + " " + what + ", got " + count);
  }

  private void need(boolean holds, String problem) {
    if (!holds) {
      throw new RuleException(name, problem);
    }
  }
}
