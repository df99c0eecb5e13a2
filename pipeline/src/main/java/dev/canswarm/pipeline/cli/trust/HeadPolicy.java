package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.control.TrustState;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.cli.chain.StoredChain;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.DataAccess;
import java.util.Optional;

/** The policy that new messages name, at the latest head of the control chain. Immutable. */
public final class HeadPolicy {
  private final TrustState head;
  private final byte[] bytes;

  private HeadPolicy(TrustState head, byte[] bytes) {
    this.head = head;
    this.bytes = bytes;
  }

  /**
   * Reads the chain. Blocks.
   *
   * @return empty where no stack runs and the settings name no database
   * @throws Exception any that {@code Failures} can describe
   */
  public static Optional<HeadPolicy> read(CliCommand command, DataAccess access) throws Exception {
    if (access.settings().postgres().endpoint().isEmpty()) {
      return Optional.empty();
    }
    try (TrustContext context = TrustContext.open(command, access)) {
      StoredChain chain = context.chain();
      TrustState head = chain.head(context.genesis);
      Optional<JsonObject> activated = chain.activated(head.policy().hash());
      return Optional.of(
          new HeadPolicy(
              head,
              activated.isPresent() ? CanonicalJson.write(activated.get()) : access.policy()));
    }
  }

  /** Returns the state at the head. */
  public TrustState head() {
    return head;
  }

  /** Returns the policy's JSON. */
  public byte[] bytes() {
    return bytes.clone();
  }
}
