/**
 * File storage of a node: the artifact store and the audit log. All file access runs on schedulers
 * that the caller provides, never on an event loop.
 */
@NullMarked
package dev.canswarm.pipeline.files;

import org.jspecify.annotations.NullMarked;
