package dev.canswarm.pipeline.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Segments in files that note what is done to them, and fail when told to. */
final class FaultyOutputs implements SegmentOutput.Factory {
  /** What to do to the next call. */
  enum Fault {
    NONE,
    CREATE,
    /** Half of the bytes reach the file, as on a full disk. */
    HALF_A_WRITE,
    /** All bytes reach the file, but nobody knows whether they reach the disk. */
    FORCE
  }

  /** Calls in order: create, append, force, close. */
  final List<String> calls = Collections.synchronizedList(new ArrayList<>());

  volatile Fault fault = Fault.NONE;

  @Override
  public SegmentOutput create(Path file) throws IOException {
    calls.add("create");
    if (fault == Fault.CREATE) {
      throw new IOException("No space left on device");
    }
    SegmentOutput output = SegmentOutput.inFile(file);
    return new SegmentOutput() {
      @Override
      public void append(byte[] bytes) throws IOException {
        calls.add("append");
        if (fault == Fault.HALF_A_WRITE) {
          output.append(Arrays.copyOf(bytes, bytes.length / 2));
          throw new IOException("No space left on device");
        }
        output.append(bytes);
      }

      @Override
      public void force() throws IOException {
        calls.add("force");
        if (fault == Fault.FORCE) {
          throw new IOException("Input/output error");
        }
        output.force();
      }

      @Override
      public void close() throws IOException {
        calls.add("close");
        output.close();
      }
    };
  }
}
