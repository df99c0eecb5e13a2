package dev.canswarm.pipeline.tasks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Redirects calls of {@code System.exit} in a class file to {@link PluginSystem#exit}, by the
 * constant pool alone: the references to the method get another class, and the code stays as it is.
 * Calls by reflection, of {@code Runtime.exit} and of {@code Runtime.halt} are not found.
 * Stateless.
 */
final class ExitCalls {
  private static final String FROM_CLASS = "java/lang/System";
  private static final String TO_CLASS = PluginSystem.class.getName().replace('.', '/');
  private static final String METHOD = "exit";
  private static final String DESCRIPTOR = "(I)V";

  private static final int MAGIC = 0xcafebabe;

  /** Magic number and version. */
  private static final int HEADER_BYTES = 8;

  private static final int ENTRIES_MAX = 0xffff;
  private static final int UTF8 = 1;
  private static final int CLASS = 7;
  private static final int METHOD_REFERENCE = 10;

  private final byte[] classFile;
  private final int count;
  private final int[] offsets;
  private final String[] texts;
  private final int end;

  private ExitCalls(byte[] classFile) throws IOException {
    this.classFile = classFile;
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
    if (in.readInt() != MAGIC) {
      throw new IOException("expected a class file");
    }
    in.skipNBytes(HEADER_BYTES - Integer.BYTES);
    count = in.readUnsignedShort();
    offsets = new int[count];
    texts = new String[count];
    for (int i = 1; i < count; i++) {
      offsets[i] = classFile.length - in.available();
      int tag = in.readUnsignedByte();
      if (tag == UTF8) {
        texts[i] = in.readUTF();
      } else {
        in.skipNBytes(bytesOf(tag));
      }
      // A long or double takes two places.
      i += tag == 5 || tag == 6 ? 1 : 0;
    }
    end = classFile.length - in.available();
  }

  /** Bytes of an entry behind its tag (JVMS 4.4). */
  private static int bytesOf(int tag) throws IOException {
    return switch (tag) {
      case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
      case 5, 6 -> 8;
      case 7, 8, 16, 19, 20 -> 2;
      case 15 -> 3;
      default -> throw new IOException("unknown constant of tag " + tag);
    };
  }

  /** Returns the class file with redirected calls; the same array if there are none. */
  static byte[] redirected(byte[] classFile) {
    try {
      return new ExitCalls(classFile).redirected();
    } catch (IOException | IndexOutOfBoundsException noClassFile) {
      return classFile; // the JVM will say what is wrong with it
    }
  }

  private byte[] redirected() throws IOException {
    byte[] changed = null;
    for (int i = 1; i < count; i++) {
      if (isExit(i) && count + 2 <= ENTRIES_MAX) {
        changed = changed == null ? classFile.clone() : changed;
        changed[offsets[i] + 1] = (byte) ((count + 1) >> 8);
        changed[offsets[i] + 2] = (byte) (count + 1);
      }
    }
    return changed == null ? classFile : withNewClass(changed);
  }

  private boolean isExit(int entry) {
    if (offsets[entry] == 0 || tag(entry) != METHOD_REFERENCE) {
      return false;
    }
    int owner = index(offsets[entry] + 1);
    int nameAndType = index(offsets[entry] + 3);
    return FROM_CLASS.equals(texts[index(offsets[owner] + 1)])
        && METHOD.equals(texts[index(offsets[nameAndType] + 1)])
        && DESCRIPTOR.equals(texts[index(offsets[nameAndType] + 3)]);
  }

  private int tag(int entry) {
    return classFile[offsets[entry]];
  }

  private int index(int offset) {
    return ((classFile[offset] & 0xff) << 8) | (classFile[offset + 1] & 0xff);
  }

  /** Two more constants, behind the others: the class's name, and the class. */
  private byte[] withNewClass(byte[] changed) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(changed.length + 64);
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(changed, 0, HEADER_BYTES);
    out.writeShort(count + 2);
    out.write(Arrays.copyOfRange(changed, HEADER_BYTES + Short.BYTES, end));
    out.writeByte(UTF8);
    out.writeUTF(TO_CLASS);
    out.writeByte(CLASS);
    out.writeShort(count);
    out.write(Arrays.copyOfRange(changed, end, changed.length));
    return bytes.toByteArray();
  }
}
