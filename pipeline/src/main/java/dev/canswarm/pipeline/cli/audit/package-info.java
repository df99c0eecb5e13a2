/** The audit log of commands that send or receive beside the pipeline. */
@NullMarked
package dev.canswarm.pipeline.cli.audit;

import org.jspecify.annotations.NullMarked;
