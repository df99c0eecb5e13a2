package dev.canswarm.pipeline.cli.dlq;

import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.stage.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Distinguishes dead letters of the pipeline from forged ones. Letters are not signed, so any
 * client that may write to the topic can send one. But the process that refuses a record first
 * fills a slot with the hash of the record and the reason. A letter with the same content as its
 * slot is verified.
 */
public final class LetterCheck {
  /** Letters that are looked up at once. */
  static final int BATCH_MAX = 256;

  /** The result of comparing a dead letter with its slot. */
  public enum Standing {
    /** Its slot holds the same content. */
    VERIFIED,
    /** Its slot is free or has other content: the pipeline did not send this letter. */
    UNVERIFIED,
    /** The store cannot be reached. */
    UNKNOWN
  }

  private final SlotStore store;
  private final Duration wait;

  /**
   * @param wait longest wait for one read
   */
  public LetterCheck(SlotStore store, Duration wait) {
    this.store = store;
    this.wait = wait;
  }

  /** Returns the standing of each letter, in their order. Blocks. */
  public List<Standing> of(List<DeadLetterRecord> letters) {
    List<Standing> all = new ArrayList<>(letters.size());
    for (int from = 0; from < letters.size(); from += BATCH_MAX) {
      all.addAll(batch(letters.subList(from, Math.min(letters.size(), from + BATCH_MAX))));
    }
    return all;
  }

  private List<Standing> batch(List<DeadLetterRecord> letters) {
    Set<SlotKey> keys = new HashSet<>();
    letters.forEach(letter -> keys.add(new SlotKey(DeadLetters.SCOPE, letter.source().toString())));
    Map<String, SlotRow> rows = new HashMap<>();
    try {
      found(keys).forEach(row -> rows.put(row.slot(), row));
    } catch (RetryableException | IllegalStateException away) {
      return letters.stream().map(letter -> Standing.UNKNOWN).toList();
    }
    return letters.stream().map(letter -> standing(letter, rows)).toList();
  }

  private Collection<SlotRow> found(Set<SlotKey> keys) {
    return store.find(keys).blockOptional(wait).orElse(List.of());
  }

  private static Standing standing(DeadLetterRecord letter, Map<String, SlotRow> rows) {
    SlotRow row = rows.get(letter.source().toString());
    return row != null && says(row, letter) ? Standing.VERIFIED : Standing.UNVERIFIED;
  }

  /** Whether a slot's row has the same content as a letter. */
  static boolean says(SlotRow row, DeadLetterRecord letter) {
    return row.kind().equals(DeadLetters.KIND)
        && row.id().equals(letter.contentHash())
        && new String(row.bytes(), StandardCharsets.UTF_8)
            .equals(letter.reason() + ": " + letter.detail());
  }
}
