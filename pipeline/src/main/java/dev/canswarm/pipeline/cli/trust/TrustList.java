package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.control.ControlKey;
import dev.canswarm.control.KeyStatus;
import dev.canswarm.control.TrustState;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.policy.RoleName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code ./swarm trust list}: the keys at the latest head. */
final class TrustList {
  private static final int ID_DIGITS = 12;

  private TrustList() {}

  static int run(TrustCommand command) throws Exception {
    if (command.target != null) {
      throw TrustCommand.usage("list: expected no further argument, got " + command.target);
    }
    try (TrustContext context = TrustContext.open(command)) {
      TrustState head = context.chain().head(context.genesis);
      Console console = command.console();
      List<ControlKey> keys = new ArrayList<>(head.keys());
      keys.sort(Comparator.comparing(ControlKey::name).thenComparing(ControlKey::since));
      int nameColumns = columns(keys.stream().map(ControlKey::name).toList());
      int roleColumns = columns(keys.stream().map(TrustList::roles).toList());
      String format = "%-" + nameColumns + "s  %-" + roleColumns + "s  %-17s  %s%s";
      for (ControlKey key : keys) {
        boolean isHere = context.keys.find(key.name(), key.key()).isPresent();
        console.result(
            format.formatted(
                key.name(),
                roles(key),
                state(key),
                key.key().base64(),
                isHere ? "" : "  (no private key here)"));
        console.object("key", members(key, isHere));
      }
      // In the order of their activation: new messages name the last one.
      for (String policy : head.policies().keySet()) {
        boolean isNamed = policy.equals(head.policy().hash());
        console.result("policy " + policy + (isNamed ? "  (new messages name it)" : ""));
      }
      console.result(line(head));
      console.summary(ExitCode.OK, summary(head));
      return ExitCode.OK;
    }
  }

  /** One line about a head. */
  static String line(TrustState head) {
    return "head %d%s, genesis %s, %d of %d administrators required"
        .formatted(
            head.number(),
            head.number() == 0 ? "" : " (entry " + shortId(head.headId().text()) + ")",
            shortId(head.genesis()),
            head.adminsRequired(),
            head.admins().size());
  }

  /** The members of a summary about a head. */
  static Map<String, Object> summary(TrustState head) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("number", head.number());
    members.put("entry_id", head.headId().text());
    members.put("genesis", head.genesis());
    members.put("trust", head.registry().hash());
    members.put("admins_required", head.adminsRequired());
    members.put("policies", List.copyOf(head.policies().keySet()));
    return members;
  }

  static String shortId(String id) {
    return id.substring(0, Math.min(ID_DIGITS, id.length()));
  }

  private static String state(ControlKey key) {
    String word =
        switch (key.status()) {
          case IN_FORCE -> "in force";
          case RETIRED -> "retired";
          case COMPROMISED -> "compromised";
        };
    // Entry 0 would be the trust file, which has listed most keys.
    return key.since() == 0 && key.status() == KeyStatus.IN_FORCE
        ? word
        : word + " since " + key.since();
  }

  private static Map<String, Object> members(ControlKey key, boolean isHere) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", key.name());
    members.put("public_key", key.key().base64());
    members.put("roles", key.roles().stream().map(RoleName::label).toList());
    members.put("status", key.status().name().toLowerCase(Locale.ROOT));
    members.put("since", key.since());
    members.put("private_key_here", isHere);
    return members;
  }

  private static String roles(ControlKey key) {
    return String.join(",", key.roles().stream().map(RoleName::label).toList());
  }

  private static int columns(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(1);
  }
}
