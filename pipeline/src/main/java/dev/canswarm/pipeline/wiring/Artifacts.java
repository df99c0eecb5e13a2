package dev.canswarm.pipeline.wiring;

import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.files.FileArtifactStore;
import dev.canswarm.port.ArtifactStore;
import java.nio.file.Path;
import reactor.core.scheduler.Scheduler;

/**
 * The artifact store of a process, as its settings select it: the place to name another kind of
 * store. Thread-safe.
 */
public final class Artifacts implements AutoCloseable {
  private final FileArtifactStore files;

  private Artifacts(FileArtifactStore files) {
    this.files = files;
  }

  /**
   * Opens the store. Blocks.
   *
   * @param directory of artifacts that are files
   * @param scheduler where files are read and written: bounded threads, bounded queue
   * @throws dev.canswarm.port.RetryableException if the directory cannot be made or read
   */
  public static Artifacts open(Path directory, SwarmSettings settings, Scheduler scheduler) {
    return new Artifacts(new FileArtifactStore(directory, settings.artifactsBytesMax(), scheduler));
  }

  public ArtifactStore store() {
    return files;
  }

  @Override
  public void close() {
    files.close();
  }
}
