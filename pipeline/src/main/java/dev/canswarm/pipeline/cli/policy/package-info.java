/** {@code ./swarm policy}: what a policy says, its hash, and how two policies differ. */
@NullMarked
package dev.canswarm.pipeline.cli.policy;

import org.jspecify.annotations.NullMarked;
