/**
 * What a data directory holds beside its servers: agents' keys, the trust file, where a running
 * stack is reached; and how other commands find it.
 */
@NullMarked
package dev.canswarm.pipeline.cli.data;

import org.jspecify.annotations.NullMarked;
