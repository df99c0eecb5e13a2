package dev.canswarm.pipeline.cli.keys;

import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.pipeline.cli.data.KeyFiles;
import dev.canswarm.pipeline.cli.data.KeyFiles.Form;
import dev.canswarm.pipeline.cli.data.KeyFiles.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Prints agents, with how their private keys are kept. */
final class KeyTable {
  private static final String NONE = "-";

  private final Console console;
  private final Map<String, TrustFile.Entry> listed = new TreeMap<>();
  private final KeyFiles files;

  KeyTable(Console console, AgentKeys keys, KeyFiles files) {
    this.console = console;
    this.files = files;
    keys.trust().entries().forEach(entry -> listed.putIfAbsent(entry.name(), entry));
  }

  /** Whether there is an agent of that name, in the trust file or as a key file. */
  boolean has(String name) throws DataException {
    return listed.containsKey(name) || files.names().contains(name);
  }

  /** Prints all agents: those of the trust file first, then files that belong to none of them. */
  void list(List<TrustFile.Entry> entries) throws DataException {
    List<String> names = new ArrayList<>(entries.stream().map(TrustFile.Entry::name).toList());
    files.names().stream().filter(name -> !names.contains(name)).forEach(names::add);
    int width = names.stream().mapToInt(String::length).max().orElse(1);
    String format = "%-" + width + "s  %-11s  %-44s  %-9s  %s";
    for (String name : names) {
      State state = files.state(name);
      console.result(
          format
              .formatted(
                  name, roles(name), publicKey(name, state), spelled(state.form()), mode(state))
              .stripTrailing());
      console.object("key", members(name, state));
    }
    console.summary(ExitCode.OK, Map.of("keys", names.size()));
  }

  /** Prints one agent, a line for each property. */
  void show(String name) {
    State state = files.state(name);
    line("name", name);
    line("roles", roles(name));
    line("public key", publicKey(name, state));
    line("form", spelled(state.form()) + (state.detail().isEmpty() ? "" : ": " + state.detail()));
    if (!state.mode().isEmpty()) {
      line("file", state.file() + "  " + state.mode());
    }
    console.object("key", members(name, state));
    console.summary(ExitCode.OK, Map.of("keys", 1));
  }

  private void line(String what, String value) {
    console.result("%-10s  %s".formatted(what, value));
  }

  private Map<String, Object> members(String name, State state) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", name);
    members.put(
        "roles",
        Optional.ofNullable(listed.get(name)).map(TrustFile.Entry::roles).orElse(List.of()));
    members.put("trusted", listed.containsKey(name));
    members.put("public_key", publicKey(name, state));
    members.put("private_key_here", state.form() != Form.ABSENT);
    members.put("form", spelled(state.form()));
    members.put("mode", state.mode());
    return members;
  }

  private String roles(String name) {
    TrustFile.Entry entry = listed.get(name);
    return entry == null ? NONE : String.join(",", entry.roles());
  }

  private String publicKey(String name, State state) {
    TrustFile.Entry entry = listed.get(name);
    return entry != null
        ? entry.publicKeyBase64()
        : state.publicKey().map(PublicKey::base64).orElse(NONE);
  }

  private static String mode(State state) {
    return state.form() == Form.REFUSED ? state.mode() + "  " + state.detail() : state.mode();
  }

  private static String spelled(Form form) {
    return form.name().toLowerCase(Locale.ROOT);
  }
}
