package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.ConfiguredKeys;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.AgentNames;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code ./swarm trust approve FILE}: signs a change. It needs no running swarm, so that an
 * administrator's key can be on a machine without a network; whether the change fits is checked
 * when it is submitted, and by every process.
 */
final class ApproveRun {
  private ApproveRun() {}

  static int run(TrustCommand command) throws Exception {
    Path file = command.context().workingDirectory().resolve(command.target());
    Proposal proposal = Proposal.read(file);
    DataAccess access = DataAccess.of(command);
    if (!proposal.swarmId().equals(access.settings().swarmId())) {
      throw new CommandException(
          ExitCode.FAILED,
          "the proposal is for the swarm %s, and this is %s"
              .formatted(proposal.swarmId(), access.settings().swarmId()));
    }
    String name = command.options.admin == null ? AgentNames.ADMIN : command.options.admin;
    SignatureEngine engine = ConfiguredEngine.forFew(access.settings());
    PublicKey key;
    Proposal approved;
    try (KeyAccess kept = ConfiguredKeys.of(access.settings(), engine, command.context())) {
      SigningKey signing = new KeyRotation(access.dataDir(), kept).newestKey(name);
      key = signing.publicKey();
      approved = proposal.approvedBy(signing);
    }
    approved.replace(file);
    int count = approved.control().approvals().size();
    command
        .console()
        .result(
            "%s approved entry %d: %s; %d %s in %s"
                .formatted(
                    name,
                    approved.control().number(),
                    ChangeText.of(approved.control().change()),
                    count,
                    count == 1 ? "approval" : "approvals",
                    file));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("number", approved.control().number());
    members.put("key", key.base64());
    members.put("approvals", count);
    members.put("file", file.toString());
    command.console().summary(ExitCode.OK, members);
    return ExitCode.OK;
  }
}
