package dev.canswarm.pipeline.tasks;

/**
 * Replacements for those methods of {@link System} that would end the process: {@link
 * PluginClasses} redirects the calls of plug-ins to them. Public, since plug-ins are in other
 * packages.
 */
public final class PluginSystem {
  private PluginSystem() {}

  /** A plug-in tried to end the process. It is an error of its attempt. */
  public static final class ExitError extends Error {
    private static final long serialVersionUID = 1L;

    ExitError(int status) {
      super("a plug-in must not end the process: it called System.exit(" + status + ")");
    }
  }

  /**
   * Replaces {@link System#exit}.
   *
   * @throws ExitError always
   */
  public static void exit(int status) {
    throw new ExitError(status);
  }
}
