/**
 * What a node keeps in files: the artifact store and the audit log. All file work runs on
 * schedulers that are handed in, never on an event loop.
 */
@NullMarked
package dev.canswarm.pipeline.files;

import org.jspecify.annotations.NullMarked;
