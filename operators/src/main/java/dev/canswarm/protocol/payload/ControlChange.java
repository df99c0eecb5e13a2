package dev.canswarm.protocol.payload;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What one entry of the control chain changes. */
public sealed interface ControlChange {

  /** The value of the member {@code type}. */
  Type type();

  /** The change as the payload carries it; {@link #parse} reads it back. */
  JsonObject toJson();

  /** The types of changes. */
  enum Type {
    ADD,
    ROLES,
    ROTATE,
    RETIRE,
    COMPROMISED,
    ACTIVATE,
    RETIRE_POLICY
  }

  /** A key that was unknown until now, under a name that no key in force has. */
  record Add(String name, PublicKey key, Set<RoleName> roles) implements ControlChange {
    public Add {
      roles = copy(roles);
    }

    @Override
    public Type type() {
      return Type.ADD;
    }

    @Override
    public JsonObject toJson() {
      return begin(type())
          .put("name", name)
          .put("key", key.base64())
          .put("roles", labels(roles))
          .build();
    }
  }

  /** Other roles for a key in force. */
  record Roles(PublicKey key, Set<RoleName> roles) implements ControlChange {
    public Roles {
      roles = copy(roles);
    }

    @Override
    public Type type() {
      return Type.ROLES;
    }

    @Override
    public JsonObject toJson() {
      return begin(type()).put("key", key.base64()).put("roles", labels(roles)).build();
    }
  }

  /**
   * A new key in the place of an old one.
   *
   * @param key takes over name and roles of {@code old}, which is retired
   */
  record Rotate(String name, PublicKey old, PublicKey key) implements ControlChange {
    @Override
    public Type type() {
      return Type.ROTATE;
    }

    @Override
    public JsonObject toJson() {
      return begin(type())
          .put("name", name)
          .put("old", old.base64())
          .put("key", key.base64())
          .build();
    }
  }

  /** A key signs for nothing new any more; NEEDs that were decided before finish with it. */
  record Retire(PublicKey key) implements ControlChange {
    @Override
    public Type type() {
      return Type.RETIRE;
    }

    @Override
    public JsonObject toJson() {
      return begin(type()).put("key", key.base64()).build();
    }
  }

  /** Others may have a key: nothing of it is admitted any more. */
  record Compromised(PublicKey key) implements ControlChange {
    @Override
    public Type type() {
      return Type.COMPROMISED;
    }

    @Override
    public JsonObject toJson() {
      return begin(type()).put("key", key.base64()).build();
    }
  }

  /**
   * A policy that is in force too, and the one that new messages name.
   *
   * @param policy the whole policy, of any form
   */
  record Activate(JsonObject policy) implements ControlChange {
    /**
     * Returns the policy.
     *
     * @throws ShapeException when it is none
     */
    public Policy read() {
      return Policy.parse(CanonicalJson.write(policy));
    }

    @Override
    public Type type() {
      return Type.ACTIVATE;
    }

    @Override
    public JsonObject toJson() {
      return begin(type()).put("policy", policy).build();
    }
  }

  /**
   * A policy is in force no more; NEEDs that were decided under it finish under it.
   *
   * @param policy its hash
   */
  record RetirePolicy(String policy) implements ControlChange {
    @Override
    public Type type() {
      return Type.RETIRE_POLICY;
    }

    @Override
    public JsonObject toJson() {
      return begin(type()).put("policy", policy).build();
    }
  }

  /**
   * Reads a change.
   *
   * @throws ShapeException for another form
   */
  static ControlChange parse(JsonObject json, String where) {
    ObjectReader reader = new ObjectReader(json, where);
    String name = reader.requiredString("type");
    ControlChange change =
        switch (type(reader, name)) {
          case ADD ->
              new Add(Names.read(reader), Shapes.publicKey(reader, "key"), Names.roles(reader));
          case ROLES -> new Roles(Shapes.publicKey(reader, "key"), Names.roles(reader));
          case ROTATE ->
              new Rotate(
                  Names.read(reader),
                  Shapes.publicKey(reader, "old"),
                  Shapes.publicKey(reader, "key"));
          case RETIRE -> new Retire(Shapes.publicKey(reader, "key"));
          case COMPROMISED -> new Compromised(Shapes.publicKey(reader, "key"));
          case ACTIVATE -> new Activate(reader.requiredObject("policy"));
          case RETIRE_POLICY -> new RetirePolicy(Shapes.hash(reader, "policy"));
        };
    reader.noOthers();
    return change;
  }

  private static Type type(ObjectReader reader, String name) {
    for (Type type : Type.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw reader.mismatch("type", "one of " + List.of(Type.values()), name);
  }

  private static JsonObject.Builder begin(Type type) {
    return JsonObject.builder().put("type", type.name());
  }

  private static List<String> labels(Set<RoleName> roles) {
    return roles.stream().map(RoleName::label).sorted().toList();
  }

  private static Set<RoleName> copy(Set<RoleName> roles) {
    EnumSet<RoleName> copy = EnumSet.noneOf(RoleName.class);
    copy.addAll(roles);
    return Collections.unmodifiableSet(copy);
  }

  /** Reads names of agents and lists of roles. */
  final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    private Names() {}

    /** Whether a text can name an agent, whose key's file has the same name. */
    public static boolean isName(String text) {
      return NAME.matcher(text).matches();
    }

    static String read(ObjectReader reader) {
      String name = reader.requiredString("name");
      if (!isName(name)) {
        throw reader.mismatch("name", "1 to 64 of A-Z a-z 0-9 . _ -, no dot first", name);
      }
      return name;
    }

    static Set<RoleName> roles(ObjectReader reader) {
      List<String> labels = reader.requiredStringList("roles");
      EnumSet<RoleName> roles = EnumSet.noneOf(RoleName.class);
      String before = "";
      for (String label : labels) {
        if (before.compareTo(label) >= 0) {
          throw reader.mismatch("roles", "sorted, each once", String.join(", ", labels));
        }
        before = label;
        roles.add(
            RoleName.ofLabel(label)
                .orElseThrow(() -> reader.mismatch("roles", "names of roles", label)));
      }
      if (roles.isEmpty()) {
        throw reader.mismatch("roles", "at least one", "none");
      }
      return roles;
    }
  }
}
