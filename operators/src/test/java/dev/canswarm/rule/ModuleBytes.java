package dev.canswarm.rule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a WASM module together by hand, byte by byte, also one that no compiler would make. It
 * begins as a rule of one page that allows everything: {@code input} returns 1024, {@code evaluate}
 * returns 0.
 */
final class ModuleBytes {
  static final int I32 = 0x7F;
  static final int I64 = 0x7E;
  static final int F32 = 0x7D;
  static final int VOID = 0x40;

  private static final int[] ALLOW = {0x42, 0};

  private final List<byte[]> types = new ArrayList<>();
  private final List<Integer> functions = new ArrayList<>();
  private final List<byte[]> bodies = new ArrayList<>();
  private final List<byte[]> exports = new ArrayList<>();
  private final ByteArrayOutputStream further = new ByteArrayOutputStream();
  private byte[] memory = bytes(1, 0, 1);
  private byte[] globals = {};
  private byte[] imports = {};
  private byte[] start = {};

  ModuleBytes() {
    type(new int[] {I32}, new int[] {I32});
    type(new int[] {I32, I32, I32, I32}, new int[] {I64});
    function(0, new int[0], 0x41, 0x80, 0x08);
    function(1, new int[0], ALLOW);
    export("memory", 2, 0);
    export("input", 0, 0);
    export("evaluate", 0, 1);
  }

  /** Another body of {@code evaluate}, without its end. */
  ModuleBytes evaluate(int... code) {
    return evaluate(new int[0], code);
  }

  /** The same with local variables of these types. */
  ModuleBytes evaluate(int[] locals, int... code) {
    bodies.set(1, body(locals, code));
    return this;
  }

  /** Another body of {@code input}, without its end. */
  ModuleBytes input(int... code) {
    bodies.set(0, body(new int[0], code));
    return this;
  }

  /** One more type; the first is number 2. */
  ModuleBytes type(int[] params, int[] returns) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x60);
    list(out, params);
    list(out, returns);
    types.add(out.toByteArray());
    return this;
  }

  /** One more function; the first is number 2. */
  ModuleBytes function(int type, int[] locals, int... code) {
    functions.add(type);
    bodies.add(body(locals, code));
    return this;
  }

  ModuleBytes pages(int pages) {
    memory = bytes(1, 0, pages);
    return this;
  }

  ModuleBytes noMemory() {
    memory = new byte[0];
    exports.remove(0);
    return this;
  }

  ModuleBytes withoutExport(int index) {
    exports.remove(index);
    return this;
  }

  /** So many variables of the module. */
  ModuleBytes globals(int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    unsigned(out, count);
    for (int i = 0; i < count; i++) {
      out.writeBytes(bytes(I32, 0, 0x41, 1, 0x0B));
    }
    globals = out.toByteArray();
    return this;
  }

  /** So many data segments, which are empty. */
  ModuleBytes segments(int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    unsigned(out, count);
    for (int i = 0; i < count; i++) {
      out.writeBytes(bytes(0, 0x41, 0, 0x0B, 0));
    }
    section(further, 11, out.toByteArray());
    return this;
  }

  /** So many exports more. */
  ModuleBytes exports(int count) {
    for (int i = 0; i < count; i++) {
      export("further-" + i, 0, 0);
    }
    return this;
  }

  ModuleBytes imported() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(1);
    text(out, "env");
    text(out, "clock");
    out.write(0);
    out.write(0);
    imports = out.toByteArray();
    return this;
  }

  ModuleBytes started() {
    type(new int[0], new int[0]);
    function(types.size() - 1, new int[0]);
    start = bytes(functions.size() - 1);
    return this;
  }

  /** A data segment at an address. */
  ModuleBytes data(int address, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(1);
    out.write(0);
    out.write(0x41);
    signed(out, address);
    out.write(0x0B);
    text(out, text);
    section(further, 11, out.toByteArray());
    return this;
  }

  private void export(String name, int kind, int index) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text(out, name);
    out.write(kind);
    out.write(index);
    exports.add(out.toByteArray());
  }

  private static byte[] body(int[] locals, int... code) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    unsigned(out, locals.length);
    for (int local : locals) {
      out.write(1);
      out.write(local);
    }
    for (int one : code) {
      out.write(one);
    }
    out.write(0x0B);
    byte[] whole = out.toByteArray();
    ByteArrayOutputStream sized = new ByteArrayOutputStream();
    unsigned(sized, whole.length);
    sized.writeBytes(whole);
    return sized.toByteArray();
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(bytes(0, 'a', 's', 'm', 1, 0, 0, 0));
    section(out, 1, counted(types));
    section(out, 2, imports);
    ByteArrayOutputStream indices = new ByteArrayOutputStream();
    unsigned(indices, functions.size());
    functions.forEach(type -> unsigned(indices, type));
    section(out, 3, indices.toByteArray());
    section(out, 5, memory);
    section(out, 6, globals);
    section(out, 7, counted(exports));
    section(out, 8, start);
    section(out, 10, counted(bodies));
    out.writeBytes(further.toByteArray());
    return out.toByteArray();
  }

  private static byte[] counted(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    unsigned(out, parts.size());
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static void section(ByteArrayOutputStream out, int id, byte[] content) {
    if (content.length > 0) {
      out.write(id);
      unsigned(out, content.length);
      out.writeBytes(content);
    }
  }

  private static void list(ByteArrayOutputStream out, int[] values) {
    unsigned(out, values.length);
    for (int value : values) {
      out.write(value);
    }
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    unsigned(out, utf8.length);
    out.writeBytes(utf8);
  }

  private static void unsigned(ByteArrayOutputStream out, int value) {
    int left = value;
    while (left >= 0x80) {
      out.write(left & 0x7F | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }

  private static void signed(ByteArrayOutputStream out, int value) {
    int left = value;
    while (left >= 0x40) {
      out.write(left & 0x7F | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
