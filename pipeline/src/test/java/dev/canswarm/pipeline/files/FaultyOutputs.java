package dev.canswarm.pipeline.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Segments in files that record the calls and fail on request. */
final class FaultyOutputs implements SegmentOutput.Factory {
  /** The fault of the next call. */
  enum Fault {
    NONE,
    CREATE,
    /** Only half of the bytes reach the file, as on a full disk. */
    HALF_A_WRITE,
    /** All bytes reach the file, but forcing them to disk fails. */
    FORCE
  }

  /** The calls in order: create, append, force, close. */
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
      public void append(byte[] bytes, int length) throws IOException {
        calls.add("append");
        if (fault == Fault.HALF_A_WRITE) {
          output.append(bytes, length / 2);
          throw new IOException("No space left on device");
        }
        output.append(bytes, length);
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
