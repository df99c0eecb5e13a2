package dev.canswarm.pipeline.cli.data;

import dev.canswarm.config.AgentSettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.config.TrustFileException;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.cli.data.DataException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The agents of a data directory: their keys under {@code keys/} and their entries in the trust
 * file. Keys belong to logical agents, not to processes. Immutable. Blocks on files.
 */
public final class AgentKeys {
  /** The directory of key files within a data directory. */
  public static final String DIRECTORY = "keys";

  /**
   * A file of the data directory that exists once the control chain has an entry: from then on the
   * trust file must not change, and agents are added by entries.
   */
  private static final String CHAIN_BEGAN = "control.genesis";

  private final Path keys;
  private final Path trustFile;
  private final TrustFile trust;
  private final KeyAccess access;
  private final List<String> added;

  private AgentKeys(
      Path keys, Path trustFile, TrustFile trust, KeyAccess access, List<String> added) {
    this.keys = keys;
    this.trustFile = trustFile;
    this.trust = trust;
    this.access = access;
    this.added = List.copyOf(added);
  }

  /** {@link #ensure(Path, Path, AgentSettings, SeedSource, KeyAccess)} with plain key files. */
  public static AgentKeys ensure(
      Path data, Path trustFile, AgentSettings counts, SeedSource seeds, SignatureEngine engine)
      throws DataException, TrustFileException {
    return ensure(data, trustFile, counts, seeds, KeyAccess.plain(engine));
  }

  /**
   * Returns the agents that the settings require; creates a key and an entry in the trust file for
   * missing ones. For an agent for which a program signs, only the entry is made. A trust file
   * outside the directory need not list an operator or an administrator. Only for the process that
   * holds the directory's lock.
   *
   * @throws DataException for a trust file outside the directory that does not list one of them
   * @throws TrustFileException when the trust file cannot be used
   */
  public static AgentKeys ensure(
      Path data, Path trustFile, AgentSettings counts, SeedSource seeds, KeyAccess access)
      throws DataException, TrustFileException {
    boolean ours = trustFile.equals(data.resolve(TrustFile.NAME));
    boolean fresh = ours && !Files.exists(trustFile);
    TrustFile trust = fresh ? new TrustFile(List.of()) : TrustFile.read(trustFile);
    AgentKeys found = new AgentKeys(data.resolve(DIRECTORY), trustFile, trust, access, List.of());
    Map<String, List<String>> wanted = AgentNames.all(counts);
    List<String> missing =
        wanted.keySet().stream()
            .filter(name -> found.entry(name).isEmpty())
            .filter(name -> (ours && !found.hasChain()) || !AgentNames.isOptional(name))
            .filter(name -> !found.isOfChain(name))
            .toList();
    if (missing.isEmpty()) {
      return found;
    }
    if (!ours || found.hasChain()) {
      throw found.notListed(missing.get(0));
    }
    return found.with(missing, wanted, seeds);
  }

  /** {@link #read(Path, Path, KeyAccess)} for who needs no private keys, or plain ones alone. */
  public static AgentKeys read(Path data, Path trustFile, SignatureEngine engine)
      throws TrustFileException {
    return read(data, trustFile, KeyAccess.plain(engine));
  }

  /**
   * Notes that the control chain of the swarm has an entry.
   *
   * @param genesis the hash of the document with which it begins
   */
  public static void chainBegan(Path data, String genesis) throws DataException {
    Path file = data.resolve(CHAIN_BEGAN);
    try {
      if (!Files.exists(file)) {
        SmallFiles.write(file, (genesis + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      throw DataException.unreadable(file, "check that the directory can be written", e);
    }
  }

  private boolean hasChain() {
    return Files.exists(keys.resolveSibling(CHAIN_BEGAN));
  }

  /** Whether an entry of the control chain has added the agent, as far as its key file shows. */
  private boolean isOfChain(String name) {
    return entry(name).isEmpty() && hasChain() && holds(name);
  }

  /**
   * Returns the existing agents. Any process may call it.
   *
   * @throws TrustFileException when the trust file is missing or cannot be used
   */
  public static AgentKeys read(Path data, Path trustFile, KeyAccess access)
      throws TrustFileException {
    return new AgentKeys(
        data.resolve(DIRECTORY), trustFile, TrustFile.read(trustFile), access, List.of());
  }

  /**
   * Returns the agents with a new one, for an external program; only for the process that holds the
   * directory's lock.
   *
   * @throws DataException EXISTS if the name is taken
   */
  public AgentKeys withNew(String name, List<String> roles, SeedSource seeds) throws DataException {
    if (hasChain()) {
      throw notListed(name);
    }
    if (entry(name).isPresent() || Files.exists(KeyFile.of(keys, name))) {
      throw new DataException(
          Problem.EXISTS, "agent " + name + " has a key already, in " + KeyFile.of(keys, name));
    }
    return with(List.of(name), Map.of(name, roles), seeds);
  }

  private AgentKeys with(
      List<String> names, Map<String, List<String>> rolesByName, SeedSource seeds)
      throws DataException {
    try {
      SmallFiles.createDirectory(keys);
      List<TrustFile.Entry> entries = new ArrayList<>(trust.entries());
      for (String name : names) {
        // The file exists already if a start was killed before it wrote the trust file.
        if (!access.holds(keys, name)) {
          access.write(KeyFile.of(keys, name), seeds.seedOf(name));
        }
        String publicKey = access.publicKey(keys, name).base64();
        entries.add(
            TrustFile.Entry.always(name, publicKey, rolesByName.getOrDefault(name, List.of())));
      }
      TrustFile extended = new TrustFile(entries, trust.adminsRequired());
      extended.write(trustFile);
      return new AgentKeys(keys, trustFile, extended, access, names);
    } catch (IOException e) {
      throw DataException.unreadable(keys, "pass another --data", e);
    }
  }

  /**
   * Returns an agent's key that the trust file lists under that name, also if it was rotated since;
   * of an agent that the control chain has added its newest key.
   *
   * @throws DataException if it is missing, damaged, open to others, encrypted with another
   *     passphrase, or not the listed one
   */
  public SigningKey key(String name) throws DataException {
    KeyRotation rotation = new KeyRotation(access, keys);
    if (isOfChain(name)) {
      return rotation.newestKey(name);
    }
    TrustFile.Entry entry = entry(name).orElseThrow(() -> notListed(name));
    SigningKey key = access.key(keys, name, PublicKey.ofBase64(entry.publicKeyBase64()));
    String actual =
        access.isExternal(name)
            ? access.externalPublicKey(name).base64()
            : key.publicKey().base64();
    if (!actual.equals(entry.publicKeyBase64())) {
      Optional<SigningKey> older = rotation.find(name, PublicKey.ofBase64(entry.publicKeyBase64()));
      if (older.isPresent()) {
        return older.get();
      }
      throw new DataException(
          Problem.NOT_TRUSTED,
          "%s: expected the key %s that %s lists for %s, got %s; restore the one or the other from a copy"
              .formatted(place(name), entry.publicKeyBase64(), trustFile, name, actual));
    }
    return key;
  }

  private String place(String name) {
    return access.isExternal(name)
        ? "the program that signs for " + name
        : "key file " + KeyFile.of(keys, name);
  }

  /** Whether the trust file lists an agent of that name and this machine has its private key. */
  public boolean has(String name) {
    return entry(name).isPresent() && holds(name);
  }

  /** Whether this machine has the agent's private key, or a program that signs for it. */
  public boolean holds(String name) {
    return access.holds(keys, name);
  }

  /** Returns the trust file. */
  public TrustFile trust() {
    return trust;
  }

  /** Returns the agents whose keys were just created. */
  public List<String> added() {
    return added;
  }

  /** Returns the agents' names by public key in base64. */
  public Map<String, String> nameByKey() {
    return trust.entries().stream()
        .collect(
            Collectors.toMap(TrustFile.Entry::publicKeyBase64, TrustFile.Entry::name, (a, b) -> a));
  }

  /** The directory of the key files. */
  Path directory() {
    return keys;
  }

  private Optional<TrustFile.Entry> entry(String name) {
    return trust.entries().stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  private DataException notListed(String name) {
    if (hasChain()) {
      return new DataException(
          Problem.NOT_TRUSTED,
          "agent %s is not in %s, which stays as it is since the control chain has begun; while the swarm runs, add it with: ./swarm trust add %s --roles …"
              .formatted(name, trustFile, name));
    }
    return new DataException(
        Problem.NOT_TRUSTED,
        "agent %s is not in %s; add its key there, or ask for fewer agents (--agents-…)"
            .formatted(name, trustFile));
  }
}
