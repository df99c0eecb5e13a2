package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.control.Approvals;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.Control.Approval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A change that administrators approve in a file: the payload of its entry, with the swarm and the
 * entry before it, which an approval covers too.
 *
 * @param parent id of the entry before it; empty if it is the first one
 */
record Proposal(String swarmId, EnvelopeId parent, Control control) {
  /** Largest file, in bytes: a policy and 64 approvals have room. */
  private static final int FILE_BYTES_MAX = 1 << 20;

  private static final String SWARM_ID = "swarm_id";
  private static final String PARENT = "parent";

  /** A proposal that nobody has approved yet, for the entry after a head. */
  static Proposal next(TrustState head, Control control) {
    return new Proposal(head.swarmId(), head.headId(), control);
  }

  /**
   * Reads a file that {@link #write} has written.
   *
   * @throws CommandException USAGE for a file that is none
   */
  static Proposal read(Path file) throws CommandException {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw bad(file, "more than " + FILE_BYTES_MAX + " bytes", null);
      }
      TreeMap<String, JsonValue> members =
          new TreeMap<>(StrictJson.parseObject(Files.readAllBytes(file)).members());
      String swarm = text(members.remove(SWARM_ID), SWARM_ID, file);
      var parent = new EnvelopeId(text(members.remove(PARENT), PARENT, file));
      return new Proposal(swarm, parent, Control.parse(new JsonObject(members)));
    } catch (IOException e) {
      throw bad(file, e.toString(), e);
    } catch (JsonException | ShapeException e) {
      throw bad(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static String text(@Nullable JsonValue value, String name, Path file)
      throws CommandException {
    if (value instanceof JsonString text) {
      return text.value();
    }
    throw bad(file, "no " + name, null);
  }

  private static CommandException bad(Path file, String actual, @Nullable Throwable cause) {
    return new CommandException(
        ExitCode.USAGE,
        "%s: expected a proposal that ./swarm trust … --propose wrote, got %s"
            .formatted(file, actual),
        cause);
  }

  /** Returns the same with an approval by that key, in the place of an earlier one. */
  Proposal approvedBy(SigningKey key) {
    byte[] message =
        Approvals.bytesToSign(
            swarmId, control.genesis(), control.number(), parent, control.change());
    List<Approval> approvals = new ArrayList<>(without(key.publicKey()).control.approvals());
    approvals.add(Approval.of(key.publicKey(), key.sign(message)));
    return with(approvals);
  }

  /** Returns the same without an approval by that key. */
  Proposal without(PublicKey key) {
    return with(
        control.approvals().stream().filter(approval -> !approval.key().equals(key)).toList());
  }

  private Proposal with(List<Approval> approvals) {
    return new Proposal(
        swarmId,
        parent,
        new Control(
            control.number(), control.genesis(), control.change(), approvals, control.note()));
  }

  /** Writes a file that is not there yet. */
  void write(Path file) throws CommandException {
    try {
      Files.write(file, bytes(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new CommandException(ExitCode.USAGE, "--propose: " + file + " cannot be made: " + e, e);
    }
  }

  /** Replaces the file; a reader sees the old content or the new. */
  void replace(Path file) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(aside, bytes());
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private byte[] bytes() {
    TreeMap<String, JsonValue> members = new TreeMap<>(control.toJson().members());
    members.put(SWARM_ID, new JsonString(swarmId));
    members.put(PARENT, new JsonString(parent.text()));
    return CanonicalJson.write(new JsonObject(members));
  }
}
