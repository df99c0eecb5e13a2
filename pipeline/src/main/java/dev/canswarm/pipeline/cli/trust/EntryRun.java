package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.control.ControlChain;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.stack.StartRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.protocol.Feasibility;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Makes one change the next entry of the control chain, or proposes it. Blocks. */
public final class EntryRun {
  private final TrustContext context;
  private final TrustState head;
  private final ChangeOptions options;
  private final ModuleFiles modules;

  EntryRun(TrustContext context, TrustState head, ChangeOptions options) {
    this(context, head, options, ModuleFiles.none());
  }

  private EntryRun(
      TrustContext context, TrustState head, ChangeOptions options, ModuleFiles modules) {
    this.context = context;
    this.head = head;
    this.options = options;
    this.modules = modules;
  }

  /**
   * Makes one change for a command.
   *
   * @throws CommandException FAILED if it was refused, TIMED_OUT if it may still come
   */
  public static int run(CliCommand command, ChangeOptions options, ControlChange change)
      throws Exception {
    return run(command, options, change, ModuleFiles.none());
  }

  /**
   * Makes one change for a command.
   *
   * @param modules of a policy that is activated; they are put into the archive before the change
   *     is sent
   * @throws CommandException FAILED if it was refused, TIMED_OUT if it may still come
   */
  public static int run(
      CliCommand command, ChangeOptions options, ControlChange change, ModuleFiles modules)
      throws Exception {
    options.check();
    try (TrustContext context = TrustContext.open(command)) {
      TrustState head = context.chain().head(context.genesis);
      return new EntryRun(context, head, options, modules).make(change);
    }
  }

  /** Sends the change, or writes it to a file for others to approve. */
  int make(ControlChange change) throws Exception {
    check(change);
    Control control =
        new Control(head.number() + 1, head.genesis(), change, List.of(), options.note);
    if (options.propose != null) {
      return propose(Proposal.next(head, control), options.propose);
    }
    if (head.adminsRequired() > 1) {
      throw new CommandException(
          ExitCode.USAGE,
          "%d administrators must sign: write the change to a file with --propose FILE; another one runs ./swarm trust approve FILE; then ./swarm trust submit FILE"
              .formatted(head.adminsRequired()));
    }
    return send(control);
  }

  /** The check that every process makes, so that a refusal is reported before anything is sent. */
  private void check(ControlChange change) throws Exception {
    try {
      TrustState after = ControlChain.changed(head, EnvelopeId.NONE, change);
      if (after.admins().size() < head.adminsRequired()) {
        throw refused(
            "it would leave %d of the %d administrators that are required"
                .formatted(after.admins().size(), head.adminsRequired()));
      }
    } catch (RefusedException e) {
      throw refused(e.reason() + ": " + e.detail());
    }
  }

  /**
   * Refuses a policy under which no NEED could succeed, since it contradicts the settings or asks
   * for more votes than there are verifiers. Refuses one whose modules cannot be loaded, too: every
   * process would stop following the control chain at this entry.
   */
  private void checkPolicy(ControlChange change) throws Exception {
    if (change instanceof ControlChange.Activate activated) {
      Policy policy = activated.read();
      List<String> problems =
          StartRules.problems(
              context.access.settings(),
              policy,
              OptionalInt.of(Feasibility.verifiersBeside(head.registry())));
      if (!problems.isEmpty()) {
        throw refused(String.join("; ", problems));
      }
      ModuleArchive archive = context.archive();
      archive.put(policy, modules);
      archive.check(policy);
      modules.keep(context.dataDir());
    }
  }

  private int propose(Proposal proposal, Path named) throws Exception {
    checkPolicy(proposal.control().change());
    Path file = context.command.context().workingDirectory().resolve(named);
    proposal.write(file);
    int more = head.adminsRequired() - 1;
    context
        .command
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
    context.command.console().summary(ExitCode.OK, members);
    return ExitCode.OK;
  }

  /** Sends the change in a file, with the approvals that it has. */
  int submit(Path file) throws Exception {
    Proposal proposal = Proposal.read(file);
    if (!proposal.parent().equals(head.headId())
        || proposal.control().number() != head.number() + 1) {
      throw refused(
          "%s is about entry %d, and the next one is %d: propose the change again"
              .formatted(file, proposal.control().number(), head.number() + 1));
    }
    return send(proposal.without(context.admin(head, options.admin).publicKey()).control());
  }

  private int send(Control control) throws Exception {
    SigningKey admin = context.admin(head, options.admin);
    checkPolicy(control.change());
    Envelope entry =
        context.codec.sign(
            EntrySender.draft(head, control), admin, context.command.context().time().epochNanos());
    TrustState after;
    try {
      after = ControlChain.apply(head, entry, control, context.engine);
    } catch (RefusedException e) {
      throw refused(e.reason() + ": " + e.detail());
    }
    EntrySender.Outcome outcome =
        context.sender().send(entry, control.number(), options.timeoutMillis);
    if (!outcome.isStored()) {
      throw refused(outcome.reason());
    }
    AgentKeys.chainBegan(context.dataDir(), after.genesis());
    context
        .command
        .console()
        .result(
            "entry %d %s: %s"
                .formatted(
                    after.number(),
                    TrustList.shortId(entry.id().text()),
                    ChangeText.of(control.change())));
    context.command.console().summary(ExitCode.OK, TrustList.summary(after));
    return ExitCode.OK;
  }

  static CommandException refused(String why) {
    return new CommandException(ExitCode.FAILED, "nothing was changed: " + why);
  }
}
