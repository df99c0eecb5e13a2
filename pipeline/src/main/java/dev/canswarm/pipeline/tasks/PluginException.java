package dev.canswarm.pipeline.tasks;

import java.nio.file.Path;

/** Reports a plug-in that cannot be loaded. Terminal: the configuration or the jar must change. */
public final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PluginException(Path where, String detail) {
    super("plug-in " + where + ": " + detail);
  }

  PluginException(Path where, Throwable cause) {
    super("plug-in " + where + ": " + cause, cause);
  }
}
