package dev.canswarm.policy;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A rule that a policy adds to the built-in ones: a WASM module, by its hash (docs/spec/policy.md,
 * section 5).
 *
 * @param name for people, and of the file {@code NAME.wasm} beside the policy
 * @param sha256 of the module's bytes, in lower-case hex
 * @param verbs that it judges
 * @param gasMax most gas of one evaluation
 * @param memoryPagesMax most pages of 64 KiB that it may have
 */
public record RuleModule(
    String name, String sha256, Set<Verb> verbs, long gasMax, int memoryPagesMax) {
  /**
   * Most gas that a policy may give one evaluation of a module: 10 to 50 ms of a core for a rule
   * that computes, a quarter of a second for the costliest that is allowed.
   */
  public static final long GAS_MAX = 1_000_000;

  /** Most pages that a policy may give a module: 1 MiB. */
  public static final int PAGES_MAX = 16;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  /** Verbs that everyone derives for himself: nothing may keep a NEED from its end. */
  private static final Set<Verb> DERIVED_BY_ALL = Chain.settling();

  /** The file beside the policy that holds the module. */
  public String fileName() {
    return name + ".wasm";
  }

  /**
   * Reads one element of a policy's {@code rules}.
   *
   * @param where its path, for errors
   * @throws ShapeException for another form
   */
  static RuleModule parse(JsonObject object, String where) {
    ObjectReader reader = new ObjectReader(object, where);
    String name = reader.requiredString("name");
    if (!NAME.matcher(name).matches()) {
      throw new ShapeException(reader.where("name"), "1 to 64 of a-z 0-9 -", name);
    }
    String sha256 = reader.requiredString("sha256");
    if (!Sha256.isHex(sha256)) {
      throw new ShapeException(reader.where("sha256"), "64 lower-case hex digits", sha256);
    }
    EnumSet<Verb> verbs = EnumSet.noneOf(Verb.class);
    for (String verb : reader.requiredStringList("verbs")) {
      verbs.add(verb(verb, reader.where("verbs")));
    }
    RuleModule module =
        new RuleModule(
            name,
            sha256,
            Collections.unmodifiableSet(verbs),
            reader.requiredSafeInteger("gas_max", 1, GAS_MAX),
            (int) reader.requiredSafeInteger("memory_pages_max", 1, PAGES_MAX));
    reader.noOthers();
    return module;
  }

  private static Verb verb(String name, String where) {
    for (Verb verb : Verb.values()) {
      if (verb.name().equals(name) && !DERIVED_BY_ALL.contains(verb) && !verb.isOfNoNeed()) {
        return verb;
      }
    }
    throw new ShapeException(where, "a verb of a NEED other than " + DERIVED_BY_ALL, name);
  }
}
