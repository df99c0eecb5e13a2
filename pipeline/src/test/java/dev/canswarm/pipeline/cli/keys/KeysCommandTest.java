package dev.canswarm.pipeline.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key files are encrypted and decrypted in place, and listed as they are. */
class KeysCommandTest {
  private static final String PASSPHRASE = "correct horse battery";

  private final Path home;

  KeysCommandTest(@TempDir Path home) {
    this.home = home;
  }

  @BeforeEach
  void passphrase() throws IOException {
    Files.writeString(home.resolve("passphrase"), PASSPHRASE + "\n");
  }

  private Invocation keys(Map<String, String> environment, String... args) {
    Invocation invocation = new Invocation(home, environment);
    String[] all = new String[args.length + 1];
    all[0] = "keys";
    System.arraycopy(args, 0, all, 1, args.length);
    invocation.run(all);
    assertThat(invocation.out() + invocation.err()).doesNotContain("horse");
    return invocation;
  }

  private Invocation keys(String... args) {
    return keys(Map.of(), args);
  }

  /** With the passphrase's file. */
  private Invocation opened(String... args) {
    return keys(Map.of("SWARM_KEYS_PASSPHRASE_FILE", home.resolve("passphrase").toString()), args);
  }

  private Path file(String agent) {
    return home.resolve(".swarm/keys").resolve(agent + ".key");
  }

  private static List<JsonNode> named(Invocation invocation, String name) throws IOException {
    return invocation.objects().stream()
        .filter(object -> object.path("name").asText().equals(name))
        .toList();
  }

  @Test
  void allFilesAreEncryptedAndDecryptedAgain() throws Exception {
    assertThat(keys("new").exit()).isZero();
    String plain = Files.readString(file("worker-1"));

    Invocation encrypted = opened("encrypt", "--all", "--json");
    assertThat(encrypted.exit()).isZero();
    assertThat(encrypted.summary().path("changed").asInt())
        .isEqualTo(encrypted.summary().path("keys").asInt())
        .isGreaterThan(10);
    assertThat(Files.readString(file("worker-1")))
        .startsWith("{\"cipher\"")
        .doesNotContain(plain.strip());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("worker-1"))))
        .isEqualTo("rw-------");

    assertThat(opened("encrypt", "--all", "--json").summary().path("changed").asInt()).isZero();
    assertThat(opened("decrypt", "--all").exit()).isZero();
    assertThat(Files.readString(file("worker-1"))).isEqualTo(plain);
  }

  @Test
  void withoutThePassphraseOneLineSaysWhatToDo() {
    keys("new");
    Invocation none = keys("encrypt", "worker-1");
    assertThat(none.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err().lines())
        .singleElement()
        .asString()
        .contains("no passphrase", "SWARM_KEYS_PASSPHRASE_FILE");
    opened("encrypt", "worker-1");
    Invocation closed = keys("decrypt", "worker-1");
    assertThat(closed.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(closed.err().lines())
        .singleElement()
        .asString()
        .contains("worker-1.key is encrypted", "--keys-passphrase-file");
  }

  @Test
  void anotherPassphraseChangesNothing() throws Exception {
    keys("new");
    opened("encrypt", "worker-1");
    String before = Files.readString(file("worker-2"));
    Invocation other = keys(Map.of("SWARM_KEYS_PASSPHRASE", "another one"), "encrypt", "--all");
    assertThat(other.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("worker-1.key does not open", "another one, or the file");
    assertThat(Files.readString(file("worker-2"))).isEqualTo(before);
  }

  @Test
  void aShortPassphraseIsRefused() {
    keys("new");
    Invocation weak = keys(Map.of("SWARM_KEYS_PASSPHRASE", "1234567"), "encrypt", "worker-1");
    assertThat(weak.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(weak.err()).contains("at least 8 characters").doesNotContain("1234567");
  }

  @Test
  void aPassphraseOnTheCommandLineIsRefused() {
    assertThat(keys("encrypt", "worker-1", "--keys-passphrase", PASSPHRASE).exit())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aListSaysHowEachKeyIsKept() throws Exception {
    keys("new");
    opened("encrypt", "worker-1");
    Files.delete(file("worker-2"));
    Files.setPosixFilePermissions(file("client"), PosixFilePermissions.fromString("rw-r--r--"));
    Files.copy(file("planner-1"), file("stranger"));
    Invocation list =
        keys(Map.of("SWARM_KEYS_EXTERNAL_VERIFIER_1", "no-such-program"), "list", "--json");

    assertThat(list.exit()).isZero();
    assertThat(form(list, "worker-1")).isEqualTo("encrypted rw-------");
    assertThat(form(list, "worker-2")).isEqualTo("absent ");
    assertThat(form(list, "client")).isEqualTo("refused rw-r--r--");
    assertThat(form(list, "decider-1")).isEqualTo("plain rw-------");
    assertThat(form(list, "verifier-1")).isEqualTo("external rw-------");
    assertThat(named(list, "stranger"))
        .singleElement()
        .satisfies(object -> assertThat(object.path("trusted").asBoolean()).isFalse());
    assertThat(keys("list").out()).contains("worker-1  ", "encrypted  rw-------");
  }

  private static String form(Invocation list, String name) throws IOException {
    JsonNode object = named(list, name).get(0);
    return object.path("form").asText() + " " + object.path("mode").asText();
  }

  @Test
  void oneAgentIsShownWithoutThePassphrase() {
    keys("new");
    opened("encrypt", "worker-1");
    Invocation shown = keys("show", "worker-1");
    assertThat(shown.exit()).isZero();
    assertThat(shown.out()).contains("worker", "scrypt n=32768 r=8 p=3", "rw-------");
    assertThat(keys("show", "nobody").exit()).isEqualTo(ExitCode.FAILED);
    assertThat(keys("show", "../trust").exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void newKeysAreEncryptedWhereAPassphraseIsConfigured() throws Exception {
    assertThat(opened("new").exit()).isZero();
    assertThat(Files.readString(file("client"))).startsWith("{");
    assertThat(opened("new", "mine", "--role", "worker").exit()).isZero();
    assertThat(Files.readString(file("mine"))).startsWith("{");
    Invocation again = opened("new", "mine", "--role", "worker");
    assertThat(again.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(again.err()).contains("mine has a key already");
  }

  @Test
  void eitherANameOrAllIsAskedFor() {
    keys("new");
    assertThat(opened("encrypt").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(opened("encrypt", "worker-1", "--all").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(opened("encrypt", "nobody").exit()).isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void withoutKeysNothingIsEncrypted() {
    assertThat(opened("encrypt", "--all").exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(keys("list").exit()).isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void aSignerNeedsKeysAndSpeaksNoOtherJson() {
    Invocation json = keys("signer", "--json");
    assertThat(json.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(json.err()).contains("keys signer answers in JSON always");
    Invocation none = keys("signer");
    assertThat(none.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(none.err()).contains("no keys in " + home.resolve(".swarm"));
  }

  @Test
  void anAgentHasANameForFilesAndKnownRoles() {
    keys("new");
    for (String name : new String[] {"../x", "a b", "x".repeat(65)}) {
      Invocation wrong = keys("new", name);
      assertThat(wrong.exit()).as(name).isEqualTo(ExitCode.USAGE);
      assertThat(wrong.err()).contains("expected a name of 1 to 64");
    }
    Invocation role = keys("new", "mine", "--role", "worker,king");
    assertThat(role.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(role.err()).contains("no role king; there are: ", "worker");
    assertThat(file("mine")).doesNotExist();
  }

  @Test
  void newMakesAllKeysOnceAndThenOneAgentsOnly() throws Exception {
    Invocation first = keys("new", "--json");
    int all = first.summary().get("keys").asInt();
    assertThat(first.objects()).hasSize(all + 1);
    Invocation again = keys("new");
    assertThat(again.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains("the keys are there already", "./swarm keys new NAME");
    Invocation one = keys("new", "mine", "--role", "worker,verifier", "--json");
    assertThat(one.objects()).hasSize(2);
    assertThat(one.objects().get(0).get("name").asText()).isEqualTo("mine");
    assertThat(one.objects().get(0).get("roles")).hasSize(2);
    Files.delete(file("mine"));
    Invocation shown = keys("show", "--json");
    assertThat(shown.summary().get("keys").asInt()).isEqualTo(all + 1);
    assertThat(named(shown, "mine").get(0).get("private_key_here").asBoolean()).isFalse();
    assertThat(keys("show").out().lines())
        .filteredOn(line -> line.endsWith("  (no private key here)"))
        .singleElement()
        .asString()
        .startsWith("mine ");
  }
}
