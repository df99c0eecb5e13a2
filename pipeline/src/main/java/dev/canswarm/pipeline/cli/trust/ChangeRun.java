package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.config.TrustFile;
import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.ControlChange;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One {@code ./swarm trust add|rotate|revoke|roles|submit}: one entry of the control chain. */
final class ChangeRun {
  private final TrustContext context;
  private final TrustCommand command;
  private final TrustState head;

  /** The agent whose new key was written for this entry, and the key that it had before. */
  private @Nullable Prepared prepared;

  private record Prepared(String name, Optional<PublicKey> before) {}

  ChangeRun(TrustCommand command, TrustContext context, TrustState head) {
    this.command = command;
    this.context = context;
    this.head = head;
  }

  static int run(TrustCommand command, TrustCommand.Action action) throws Exception {
    command.options.check();
    command.target();
    try (TrustContext context = TrustContext.open(command)) {
      TrustState head = context.chain().head(context.genesis);
      return new ChangeRun(command, context, head).run(action);
    }
  }

  int run(TrustCommand.Action action) throws Exception {
    EntryRun entry = new EntryRun(context, head, command.options);
    if (action == TrustCommand.Action.SUBMIT) {
      return entry.submit(command.context().workingDirectory().resolve(command.target()));
    }
    try {
      int exit = entry.make(change(action));
      Prepared made = prepared;
      if (made != null) {
        command
            .console()
            .note("swarm: the new private key is in " + context.keys.newest(made.name()));
      }
      return exit;
    } catch (CommandException e) {
      // After a timeout the entry may still be stored; after any other failure it is not.
      if (e.exitCode() != ExitCode.TIMED_OUT) {
        undo();
      }
      throw e;
    }
  }

  private ControlChange change(TrustCommand.Action action) throws Exception {
    return switch (action) {
      case ADD -> add();
      case ROTATE -> rotate();
      case REVOKE -> revoke();
      case ROLES -> roles();
      case LIST, APPROVE, SUBMIT ->
          throw new IllegalArgumentException("expected a change, got " + action);
    };
  }

  // ---------------------------------------------------------------- the changes

  private ControlChange add() throws Exception {
    String name = name();
    if (command.roles.isEmpty()) {
      throw TrustCommand.usage("add: expected --roles");
    }
    Set<RoleName> roles = roles(command.roles);
    if (head.keyOf(name).isPresent()) {
      throw EntryRun.refused(
          name + " has a key already; give it another one with ./swarm trust rotate");
    }
    return new ControlChange.Add(name, newKey(name), roles);
  }

  private ControlChange rotate() throws Exception {
    String name = name();
    ControlKey known = inForce(name);
    if (known.roles().contains(RoleName.NODE)) {
      throw EntryRun.refused(
          "%s signs its audit log with one key, from the first line to the last; a process that joins with a new data directory takes another node's key"
              .formatted(name));
    }
    PublicKey old = known.key();
    return new ControlChange.Rotate(name, old, newKey(name));
  }

  private ControlChange revoke() throws Exception {
    PublicKey key = keyOrName(command.target());
    return command.compromised ? new ControlChange.Compromised(key) : new ControlChange.Retire(key);
  }

  private ControlChange roles() throws Exception {
    if (command.roles.isEmpty()) {
      throw TrustCommand.usage("roles: expected --roles");
    }
    return new ControlChange.Roles(keyOrName(command.target()), roles(command.roles));
  }

  private String name() throws CommandException {
    String name = command.target();
    if (!ControlChange.Names.isName(name)) {
      throw TrustCommand.usage(
          "expected a name of 1 to 64 of A-Z a-z 0-9 . _ -, got " + Printable.value(name));
    }
    return name;
  }

  private static Set<RoleName> roles(List<String> labels) throws CommandException {
    EnumSet<RoleName> roles = EnumSet.noneOf(RoleName.class);
    for (String label : labels) {
      roles.add(
          RoleName.ofLabel(label)
              .orElseThrow(
                  () ->
                      TrustCommand.usage(
                          "no role %s; there are: %s"
                              .formatted(
                                  Printable.value(label), String.join(", ", TrustFile.ROLES)))));
    }
    return roles;
  }

  private ControlKey inForce(String name) throws CommandException {
    return head.keyOf(name)
        .flatMap(head::find)
        .orElseThrow(
            () ->
                EntryRun.refused(
                    "no key in force has the name " + name + "; see ./swarm trust list"));
  }

  private PublicKey keyOrName(String text) throws CommandException {
    if (ControlChange.Names.isName(text) && head.keyOf(text).isPresent()) {
      return inForce(text).key();
    }
    return publicKey(text)
        .orElseThrow(
            () ->
                EntryRun.refused(
                    "%s is neither the name of a key in force nor a public key in base64; see ./swarm trust list"
                        .formatted(Printable.value(text))));
  }

  private static Optional<PublicKey> publicKey(String text) {
    try {
      return Optional.of(PublicKey.ofBase64(text));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }

  /** The key that was named, or a new one whose private key is written before the entry is sent. */
  private PublicKey newKey(String name) throws Exception {
    String named = command.key;
    if (named != null) {
      return publicKey(named)
          .orElseThrow(
              () -> TrustCommand.usage("--key: expected a public key in base64, got " + named));
    }
    context.admin(head, command.options.propose == null ? command.options.admin : null);
    Optional<PublicKey> before = head.keyOf(name);
    if (before.isPresent() && context.keys.find(name, before.get()).isEmpty()) {
      throw new CommandException(
          ExitCode.FAILED,
          "the private key of %s is not in %s: run this where it is, or name the new public key with --key"
              .formatted(name, context.dataDir().resolve("keys")));
    }
    SigningKey made =
        context.keys.prepare(
            name, key -> head.find(key).isPresent(), SeedSource.random(command.context().random()));
    prepared = new Prepared(name, before);
    return made.publicKey();
  }

  /** Restores the agent's previous key file after the swarm has refused the new key. */
  private void undo() throws Exception {
    Prepared made = prepared;
    if (made != null && made.before().isPresent()) {
      context.keys.undo(made.name(), made.before().get());
    }
  }
}
