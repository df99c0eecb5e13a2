package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.config.TrustFile;
import dev.canswarm.control.ControlChain;
import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.ShapeException;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.ErrorText;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private ChangeRun(TrustContext context, TrustState head) {
    this.context = context;
    this.command = context.command;
    this.head = head;
  }

  static int run(TrustCommand command, TrustCommand.Action action) throws Exception {
    checkNote(command.note);
    command.target();
    try (TrustContext context = TrustContext.open(command)) {
      TrustState head = context.chain().head(context.genesis);
      return new ChangeRun(context, head).run(action);
    }
  }

  private static void checkNote(@Nullable String note) throws CommandException {
    boolean isText =
        note == null
            || (!note.isEmpty()
                && note.codePoints().count() <= ErrorText.CHARS_MAX
                && note.codePoints().allMatch(ErrorText::isAllowed));
    if (!isText) {
      throw TrustCommand.usage(
          "--note: expected 1 to %d characters, none of which controls a terminal"
              .formatted(ErrorText.CHARS_MAX));
    }
  }

  private int run(TrustCommand.Action action) throws Exception {
    if (action == TrustCommand.Action.SUBMIT) {
      return submit();
    }
    ControlChange change =
        switch (action) {
          case ADD -> add();
          case ROTATE -> rotate();
          case REVOKE -> revoke();
          case ROLES -> roles();
          case LIST, APPROVE, SUBMIT ->
              throw new IllegalArgumentException("expected a change, got " + action);
        };
    check(change);
    Control control =
        new Control(head.number() + 1, head.genesis(), change, List.of(), command.note);
    if (command.propose != null) {
      return propose(Proposal.next(head, control), command.propose);
    }
    if (head.adminsRequired() > 1) {
      throw TrustCommand.usage(
          "%d administrators must sign: write the change to a file with --propose FILE; another one runs ./swarm trust approve FILE; then ./swarm trust submit FILE"
              .formatted(head.adminsRequired()));
    }
    return send(control);
  }

  // ---------------------------------------------------------------- the changes

  private ControlChange add() throws Exception {
    String name = name();
    if (command.roles.isEmpty()) {
      throw TrustCommand.usage("add: expected --roles");
    }
    Set<RoleName> roles = roles(command.roles);
    if (head.keyOf(name).isPresent()) {
      throw refused(name + " has a key already; give it another one with ./swarm trust rotate");
    }
    return new ControlChange.Add(name, newKey(name), roles);
  }

  private ControlChange rotate() throws Exception {
    String name = name();
    PublicKey old = inForce(name).key();
    return new ControlChange.Rotate(name, old, newKey(name));
  }

  private ControlChange revoke() throws Exception {
    PublicKey key = keyOrName(command.target());
    return command.compromised
        ? new ControlChange.Compromised(key)
        : new ControlChange.Retire(key);
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
            () -> refused("no key in force has the name " + name + "; see ./swarm trust list"));
  }

  private PublicKey keyOrName(String text) throws CommandException {
    if (ControlChange.Names.isName(text) && head.keyOf(text).isPresent()) {
      return inForce(text).key();
    }
    return publicKey(text)
        .orElseThrow(
            () ->
                refused(
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
    context.admin(head, command.propose == null ? command.admin : null);
    Optional<PublicKey> before = head.keyOf(name);
    if (before.isPresent() && context.keys.find(name, before.get()).isEmpty()) {
      throw new CommandException(
          ExitCode.FAILED,
          "the private key of %s is not in %s: run this where it is, or name the new public key with --key"
              .formatted(name, context.dataDir().resolve("keys")));
    }
    SigningKey made =
        context.keys.prepare(
            name,
            key -> head.find(key).isPresent(),
            SeedSource.random(command.context().random()));
    prepared = new Prepared(name, before);
    return made.publicKey();
  }

  // ---------------------------------------------------------------- the entry

  /** The check that every process makes, so that a refusal is reported before anything is sent. */
  private void check(ControlChange change) throws Exception {
    try {
      TrustState after = ControlChain.changed(head, "", change);
      if (after.admins().size() < head.adminsRequired()) {
        throw refused(
            "it would leave %d of the %d administrators that are required"
                .formatted(after.admins().size(), head.adminsRequired()));
      }
    } catch (RefusedException e) {
      undo();
      throw refused(e.reason() + ": " + e.detail());
    }
  }

  private int propose(Proposal proposal, Path named) throws Exception {
    Path file = command.context().workingDirectory().resolve(named);
    proposal.write(file);
    int more = head.adminsRequired() - 1;
    command
        .console()
        .result(
            "%s: %s, as entry %d; needs %d approval%s: ./swarm trust approve %s"
                .formatted(
                    file,
                    ChangeText.of(proposal.control().change()),
                    proposal.control().number(),
                    more,
                    more == 1 ? "" : "s",
                    named));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("number", proposal.control().number());
    members.put("approvals_needed", more);
    members.put("file", file.toString());
    command.console().summary(ExitCode.OK, members);
    return ExitCode.OK;
  }

  private int submit() throws Exception {
    Path file = command.context().workingDirectory().resolve(command.target());
    Proposal proposal = Proposal.read(file);
    if (!proposal.parent().equals(head.headId())
        || proposal.control().number() != head.number() + 1) {
      throw refused(
          "%s is about entry %d, and the next one is %d: propose the change again"
              .formatted(file, proposal.control().number(), head.number() + 1));
    }
    return send(proposal.without(context.admin(head, command.admin).publicKey()).control());
  }

  private int send(Control control) throws Exception {
    SigningKey admin = context.admin(head, command.admin);
    Envelope entry =
        context.codec.sign(draft(control), admin, command.context().time().epochNanos());
    TrustState after;
    try {
      after = ControlChain.apply(head, entry, control, context.engine);
    } catch (RefusedException | ShapeException e) {
      undo();
      throw refused(String.valueOf(e.getMessage()));
    }
    EntrySender.Outcome outcome =
        new EntrySender(context).send(entry, control.number(), command.timeoutMillis);
    if (!outcome.isStored()) {
      undo();
      throw refused(outcome.reason());
    }
    command
        .console()
        .result(
            "entry %d %s: %s"
                .formatted(
                    after.number(),
                    TrustList.shortId(entry.id()),
                    ChangeText.of(control.change())));
    Prepared made = prepared;
    if (made != null) {
      command
          .console()
          .note("swarm: the new private key is in " + context.keys.newest(made.name()));
    }
    command.console().summary(ExitCode.OK, TrustList.summary(after));
    return ExitCode.OK;
  }

  private Draft draft(Control control) {
    return Draft.builder(Verb.CONTROL, Control.THREAD)
        .lamport(control.number())
        .parents(head.headId().isEmpty() ? List.of() : List.of(head.headId()))
        .policyHash(head.policy().hash())
        .payload(control.toJson())
        .build();
  }

  /** The swarm does not take the new key: the one in force is the agent's newest again. */
  private void undo() throws Exception {
    Prepared made = prepared;
    if (made != null && made.before().isPresent()) {
      context.keys.undo(made.name(), made.before().get());
    }
  }

  private static CommandException refused(String why) {
    return new CommandException(ExitCode.FAILED, "nothing was changed: " + why);
  }
}
