package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes bytes in ways that are likely to mean something to a reader of JSON. */
public final class Mutations {
  private static final int LENGTH_MAX = 4096;

  private static final List<String> TOKENS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          "/",
          " ",
          "\t",
          "\n",
          "\r",
          "0",
          "1",
          "-",
          "+",
          ".",
          "e",
          "E",
          "true",
          "false",
          "null",
          "nul",
          "\"a\":1,",
          "\"\\u0061\":1,",
          "\"\":0,",
          "\\u0000",
          "\\u001f",
          "\\u001F",
          "\\u0008",
          "\\b",
          "\\/",
          "\\u",
          "\\ud83d\\ude00",
          "\\ud83d",
          "\\ude00",
          "\\u00e9",
          "\\u0022",
          "\\x",
          "\u0000",
          "\u001f",
          "\u007f",
          "\u0080",
          "é",
          "\ufb33",
          "\uffff",
          "\ud83d\ude00",
          "-0",
          "1e21",
          "1E20",
          "1e400",
          "5e-324",
          "0.1e1",
          "9007199254740991",
          "9007199254740992",
          "9007199254740993",
          "0.30000000000000004",
          "1.7976931348623157e308",
          "123456789012345678",
          "0.000001",
          "1e-7",
          "\ufeff");

  /** Bytes that no text holds: cut, overlong and surrogate forms. */
  private static final byte[][] BAD_UTF8 = {
    {(byte) 0xff},
    {(byte) 0xc0, (byte) 0x80},
    {(byte) 0xc3},
    {(byte) 0xe0, (byte) 0x80, (byte) 0x80},
    {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
    {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
    {(byte) 0xf0, (byte) 0x9f, (byte) 0x98},
    {(byte) 0x80}
  };

  private final Random random;

  public Mutations(Random random) {
    this.random = random;
  }

  /** One of the inputs, changed up to five times, at most a few KiB long. */
  public byte[] of(List<byte[]> inputs) {
    byte[] bytes = pick(inputs).clone();
    for (int i = random.nextInt(6); i > 0; i--) {
      bytes = once(bytes, inputs);
    }
    return bytes.length > LENGTH_MAX ? Arrays.copyOf(bytes, LENGTH_MAX) : bytes;
  }

  private byte[] once(byte[] bytes, List<byte[]> inputs) {
    int at = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(random.nextInt(16) + 1));
    return switch (random.nextInt(9)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> spliced(bytes, at, end, new byte[0]);
      case 2 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
      case 3 -> flipped(bytes, at);
      case 4 -> spliced(bytes, at, at, BAD_UTF8[random.nextInt(BAD_UTF8.length)]);
      case 5 -> spliced(bytes, at, end, part(pick(inputs)));
      default -> spliced(bytes, at, random.nextBoolean() ? at : end, token());
    };
  }

  private byte[] token() {
    return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(UTF_8);
  }

  private byte[] part(byte[] other) {
    int from = random.nextInt(other.length + 1);
    return Arrays.copyOfRange(other, from, from + random.nextInt(other.length - from + 1));
  }

  private byte[] flipped(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    if (at < bytes.length) {
      changed[at] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  private byte[] pick(List<byte[]> inputs) {
    return inputs.get(random.nextInt(inputs.size()));
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
    byte[] out = Arrays.copyOf(bytes, from + instead.length + bytes.length - to);
    System.arraycopy(instead, 0, out, from, instead.length);
    System.arraycopy(bytes, to, out, from + instead.length, bytes.length - to);
    return out;
  }
}
