package dev.canswarm.rule;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.policy.GasSchedule;
import dev.canswarm.policy.RuleModule;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.OpCode;

/**
 * One module of a policy, checked and ready to be run. Every evaluation has an instance of its own
 * and is interpreted, since the interpreter alone shows each instruction. Immutable and
 * thread-safe.
 */
final class ModuleRule {
  /** Most bytes of the text with which a module says why. */
  static final int REASON_BYTES_MAX = 1000;

  private static final int PAGE_BYTES = 1 << 16;

  /** Ends a module that would use more gas than it has. */
  private static final class StopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RefusedException refusal;

    StopException(RefusedException refusal) {
      super(null, refusal, false, false);
      this.refusal = refusal;
    }
  }

  private final RuleModule rule;
  private final WasmModule module;
  private final int pages;
  private final int[] callGas;

  private ModuleRule(RuleModule rule, WasmModule module, int pages) {
    this.rule = rule;
    this.module = module;
    this.pages = pages;
    this.callGas = callGas(module);
  }

  /** By function, what a call of it costs: the call, and each local variable that it sets up. */
  private static int[] callGas(WasmModule module) {
    int[] gas = new int[module.functionSection().functionCount()];
    for (int i = 0; i < gas.length; i++) {
      int parameters =
          module.functionSection().getFunctionType(i, module.typeSection()).params().size();
      gas[i] = 1 + parameters + module.codeSection().getFunctionBody(i).localTypes().size();
    }
    return gas;
  }

  /**
   * Returns the rule of a policy, with its module parsed and checked.
   *
   * @throws RuleException for bytes of another hash, or that cannot be a rule
   */
  static ModuleRule load(RuleModule rule, byte[] bytes) {
    if (!Sha256.hex(bytes).equals(rule.sha256())) {
      throw new RuleException(
          rule.name(),
          "expected a module with SHA-256 " + rule.sha256() + ", got " + Sha256.hex(bytes));
    }
    if (bytes.length > ModuleCheck.BYTES_MAX) {
      throw new RuleException(
          rule.name(), "expected at most " + ModuleCheck.BYTES_MAX + " bytes, got " + bytes.length);
    }
    try {
      WasmModule module = Parser.parse(bytes);
      return new ModuleRule(rule, module, ModuleCheck.check(rule, module));
    } catch (RuleException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new RuleException(rule.name(), "no WASM module: " + e.getMessage(), e);
    }
  }

  boolean judges(Verb verb) {
    return rule.verbs().contains(verb);
  }

  /**
   * Runs the module on an envelope.
   *
   * @param total meter to which its gas is added, accepted or not
   * @throws RefusedException POLICY_RULE_REFUSED or OUT_OF_GAS
   */
  void check(Envelope envelope, List<Envelope> parents, GasMeter total) {
    GasMeter meter = new GasMeter(rule.gasMax());
    try {
      run(envelope.statement(), statements(parents), meter);
    } catch (StopException e) {
      throw outOfGas(e.refusal);
    } catch (RefusedException e) {
      throw e.reason() == Reason.OUT_OF_GAS ? outOfGas(e) : e;
    } finally {
      total.charge(meter.used());
    }
  }

  private RefusedException outOfGas(RefusedException refusal) {
    return new RefusedException(
        refusal.reason(), "rule " + rule.name() + ": " + refusal.detail(), refusal);
  }

  private static byte[] statements(List<Envelope> parents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('[');
    for (int i = 0; i < parents.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      out.writeBytes(parents.get(i).statement());
    }
    out.write(']');
    return out.toByteArray();
  }

  private void run(byte[] envelope, byte[] parents, GasMeter meter) {
    meter.charge(GasSchedule.ofBytes((long) pages * PAGE_BYTES));
    meter.charge(GasSchedule.ofBytes(envelope.length));
    meter.charge(GasSchedule.ofBytes(parents.length));
    Memory memory;
    long result;
    try {
      Instance instance =
          Instance.builder(module)
              .withStart(false)
              .withMemoryFactory(limits -> new ByteArrayMemory(new MemoryLimits(pages, pages)))
              .withUnsafeExecutionListener((instruction, stack) -> count(instruction, meter))
              .build();
      memory = instance.memory();
      int length = envelope.length + parents.length;
      long at = Integer.toUnsignedLong((int) instance.export("input").apply(length)[0]);
      if (!fits(at, length)) {
        throw refused("has no room for " + length + " bytes");
      }
      memory.write((int) at, envelope, 0, envelope.length);
      memory.write((int) at + envelope.length, parents, 0, parents.length);
      result =
          instance.export("evaluate")
              .apply(at, envelope.length, at + envelope.length, parents.length)[0];
    } catch (StopException | RefusedException e) {
      throw e;
    } catch (RuntimeException e) {
      // The detail must not depend on the interpreter: only the fact that the module failed is
      // common.
      throw new RefusedException(
          Reason.POLICY_RULE_REFUSED, "rule " + rule.name() + " broke off", e);
    }
    if (result != 0) {
      throw refused(reason(memory, result >>> 32, result & 0xFFFF_FFFFL));
    }
  }

  /**
   * Each instruction costs the same, but for a call. The end of a block is paid for where the block
   * begins, and an {@code else} by its {@code if}: otherwise a loop over empty blocks would execute
   * two instructions for each byte of a module, for nothing.
   */
  private void count(Instruction instruction, GasMeter meter) {
    OpCode opcode = instruction.opcode();
    if (opcode == OpCode.ELSE || opcode == OpCode.END) {
      return;
    }
    try {
      meter.charge(opcode == OpCode.CALL ? callGas[(int) instruction.operand(0)] : 1);
    } catch (RefusedException e) {
      throw new StopException(e);
    }
  }

  private boolean fits(long at, long length) {
    return at + length <= (long) pages * PAGE_BYTES;
  }

  private String reason(Memory memory, long at, long length) {
    if (length == 0 || length > REASON_BYTES_MAX || !fits(at, length)) {
      return "gives no reason";
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(memory.readBytes((int) at, (int) length)))
          .toString();
    } catch (CharacterCodingException e) {
      return "gives no reason";
    }
  }

  private RefusedException refused(String why) {
    return new RefusedException(Reason.POLICY_RULE_REFUSED, "rule " + rule.name() + ": " + why);
  }
}
