package dev.canswarm.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Parses the text of a trust file strictly: an unknown or ambiguous member is an error, never
 * ignored.
 */
final class TrustFileReader {
  /** The most keys in one file. */
  static final int ENTRIES_MAX = 1024;

  private static final String ADMINS_REQUIRED = "admins-required";
  private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,3}");
  private static final int KEY_BYTES = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
  private static final Pattern INSTANT =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z");
  private static final String INSTANT_WORDS = "an instant such as 2026-01-31T00:00:00Z";

  private final Map<String, Integer> lineByName = new HashMap<>();
  private final Map<String, Integer> lineByKey = new HashMap<>();

  private TrustFileReader() {}

  static TrustFile read(String text) throws InvalidYamlException {
    Optional<Node> root = YamlNodes.compose(text);
    if (root.isEmpty()) {
      throw new InvalidYamlException(0, "version and keys", "an empty text");
    }
    Members members = new Members(root.get(), "a trust file");
    String version = members.text("version");
    if (!version.equals("1")) {
      throw new InvalidYamlException(members.line("version"), "version 1", version);
    }
    Node keys = members.node("keys");
    members.allowOnly(List.of("version", ADMINS_REQUIRED, "keys"));
    List<Node> items = YamlNodes.items(keys, "keys");
    if (items.size() > ENTRIES_MAX) {
      throw new InvalidYamlException(
          YamlNodes.line(keys), "at most " + ENTRIES_MAX + " keys", String.valueOf(items.size()));
    }
    TrustFileReader reader = new TrustFileReader();
    List<TrustFile.Entry> entries = new ArrayList<>();
    for (Node item : items) {
      entries.add(reader.entry(new Members(item, "a key")));
    }
    return new TrustFile(entries, adminsRequired(members, entries));
  }

  private static int adminsRequired(Members members, List<TrustFile.Entry> entries)
      throws InvalidYamlException {
    if (!members.has(ADMINS_REQUIRED)) {
      return 1;
    }
    String text = members.text(ADMINS_REQUIRED);
    int line = members.line(ADMINS_REQUIRED);
    if (!COUNT.matcher(text).matches()) {
      throw new InvalidYamlException(line, "a number of administrators from 1", text);
    }
    int required = Integer.parseInt(text);
    long listed = entries.stream().filter(entry -> entry.roles().contains(TrustFile.ADMIN)).count();
    // Otherwise nothing could ever be changed, and nobody would notice before it is needed.
    if (required > 1 && required > listed) {
      throw new InvalidYamlException(
          line, required + " keys with the role " + TrustFile.ADMIN, String.valueOf(listed));
    }
    return required;
  }

  private TrustFile.Entry entry(Members members) throws InvalidYamlException {
    members.allowOnly(List.of("name", "key", "roles", "valid_from", "valid_until", "revoked_from"));
    String name = members.text("name");
    if (!NAME.matcher(name).matches()) {
      throw new InvalidYamlException(
          members.line("name"), "a name of 1 to 64 of A-Z a-z 0-9 . _ -, no dot first", name);
    }
    once(lineByName, name, members.line("name"));
    String key = members.text("key");
    checkKey(key, members.line("key"));
    once(lineByKey, key, members.line("key"));
    TrustFile.Entry entry =
        new TrustFile.Entry(
            name,
            key,
            roles(members.node("roles")),
            instant(members, "valid_from"),
            instant(members, "valid_until"),
            instant(members, "revoked_from"));
    if (entry.validFrom().isPresent()
        && entry.validUntil().isPresent()
        && !Instant.parse(entry.validFrom().get())
            .isBefore(Instant.parse(entry.validUntil().get()))) {
      throw new InvalidYamlException(
          members.line("valid_until"),
          "valid_until after valid_from " + entry.validFrom().get(),
          entry.validUntil().get());
    }
    return entry;
  }

  private static void once(Map<String, Integer> lines, String value, int line)
      throws InvalidYamlException {
    Integer first = lines.putIfAbsent(value, line);
    if (first != null) {
      throw new InvalidYamlException(line, value + " once", "a duplicate of line " + first);
    }
  }

  private static void checkKey(String key, int line) throws InvalidYamlException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(key);
    } catch (IllegalArgumentException notBase64) {
      throw new InvalidYamlException(
          line, "base64 of " + KEY_BYTES + " bytes", "text that is not base64");
    }
    if (bytes.length != KEY_BYTES) {
      throw new InvalidYamlException(
          line, "base64 of " + KEY_BYTES + " bytes", bytes.length + " bytes");
    }
    // The decoder accepts missing padding and stray bits, but other code compares keys as text.
    if (!Base64.getEncoder().encodeToString(bytes).equals(key)) {
      throw new InvalidYamlException(
          line, "base64 in its one canonical form, with padding", "another form of those bytes");
    }
  }

  private static List<String> roles(Node node) throws InvalidYamlException {
    Set<String> seen = new HashSet<>();
    List<String> roles = new ArrayList<>();
    for (Node item : YamlNodes.items(node, "roles")) {
      String role = YamlNodes.item(item, "a role");
      if (!TrustFile.ROLES.contains(role)) {
        String expected = "a role of " + String.join(", ", TrustFile.ROLES);
        throw new InvalidYamlException(YamlNodes.line(item), expected, role);
      }
      if (!seen.add(role)) {
        throw new InvalidYamlException(YamlNodes.line(item), role + " once", "a duplicate");
      }
      roles.add(role);
    }
    if (roles.isEmpty()) {
      throw new InvalidYamlException(YamlNodes.line(node), "at least one role", "none");
    }
    return roles;
  }

  private static Optional<String> instant(Members members, String member)
      throws InvalidYamlException {
    if (!members.has(member)) {
      return Optional.empty();
    }
    String text = members.text(member);
    try {
      if (INSTANT.matcher(text).matches()) {
        Instant.parse(text);
        return Optional.of(text);
      }
    } catch (DateTimeException noSuchDay) {
      throw new InvalidYamlException(members.line(member), INSTANT_WORDS, text);
    }
    throw new InvalidYamlException(members.line(member), INSTANT_WORDS, text);
  }

  /** The members of a mapping by name. */
  private static final class Members {
    private final Map<String, YamlNodes.Member> members = new HashMap<>();
    private final List<YamlNodes.Member> inOrder;
    private final int line;

    Members(Node node, String what) throws InvalidYamlException {
      line = YamlNodes.line(node);
      inOrder = YamlNodes.members(node, what);
      inOrder.forEach(member -> members.put(member.name(), member));
    }

    void allowOnly(List<String> names) throws InvalidYamlException {
      for (YamlNodes.Member member : inOrder) {
        if (!names.contains(member.name())) {
          String expected = "one of " + String.join(", ", names);
          throw new InvalidYamlException(member.line(), expected, member.name());
        }
      }
    }

    boolean has(String name) {
      return members.containsKey(name);
    }

    int line(String name) {
      YamlNodes.Member member = members.get(name);
      return member == null ? line : member.line();
    }

    Node node(String name) throws InvalidYamlException {
      YamlNodes.Member member = members.get(name);
      if (member == null) {
        throw new InvalidYamlException(line, "the member " + name, "none");
      }
      return member.value();
    }

    String text(String name) throws InvalidYamlException {
      return YamlNodes.scalar(node(name), name + " as a single value");
    }
  }
}
