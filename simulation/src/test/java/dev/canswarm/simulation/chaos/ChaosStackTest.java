package dev.canswarm.simulation.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.embedded.KafkaUser;
import dev.canswarm.pipeline.embedded.Ports;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.embedded.RedisUser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosStackTest {
  private final Path root;
  private final Path data;

  ChaosStackTest(@TempDir Path root) {
    this.root = root;
    this.data = root.resolve("up");
  }

  private ChaosStack on(int redisPort) {
    SwarmProcess owner = new SwarmProcess("up", root, List.of("true"), Map.of());
    return new ChaosStack(data, new Ports(1, 2, 3, 4, redisPort), owner, List.of());
  }

  /** As {@code up} keeps its passwords: each is the name of its file. */
  private void makePasswords() throws IOException {
    Files.createDirectories(data.resolve("secrets"));
    for (PostgresRole role : PostgresRole.values()) {
      makePassword("postgres-" + role.user().replace('_', '-'));
    }
    for (RedisUser user : RedisUser.values()) {
      makePassword("redis-" + user.user());
    }
    for (KafkaUser user : KafkaUser.values()) {
      makePassword("kafka-" + user.user());
    }
  }

  private void makePassword(String name) throws IOException {
    Files.writeString(data.resolve("secrets").resolve(name), name + "\n");
  }

  @Test
  void theOwnerIsTheFirstOfAllAndItsDataIsBelowTheRoot() throws Exception {
    ChaosStack stack = new ChaosStack(root, Map.of(), Map.of(), root.resolve("policy.json"), 2);
    assertThat(stack.all())
        .extracting(SwarmProcess::name)
        .containsExactly("up", "join-1", "join-2");
    assertThat(stack.owner()).isSameAs(stack.all().get(0));
    assertThat(stack.data()).isEqualTo(root.resolve("up"));
    assertThat(stack.bootstrap()).matches("127\\.0\\.0\\.1:[1-9][0-9]+");
  }

  @Test
  void beforeItsFirstStartItHasNoLogins() {
    assertThatThrownBy(() -> on(5).jdbcUrl())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no passwords yet");
  }

  @Test
  void theUrlOfPostgresHasTheLoginOfItsOwner() throws Exception {
    makePasswords();
    String owner = PostgresRole.OWNER.user();
    assertThat(on(5).jdbcUrl())
        .startsWith("jdbc:postgresql://127.0.0.1:4/")
        .endsWith("?user=" + owner + "&password=postgres-" + owner.replace('_', '-'));
  }

  @Test
  void flushesRedisAsItsOperator() throws Exception {
    makePasswords();
    String operator = RedisUser.OPERATOR.user();
    assertThat(flushed("+OK", "+OK"))
        .containsExactly("AUTH " + operator + " redis-" + operator, "FLUSHALL", "flushed");
  }

  @Test
  void aLoginOrFlushThatRedisRefusesIsAnError() throws Exception {
    makePasswords();
    assertThat(flushed("-WRONGPASS invalid", "+OK")).hasSize(2).contains("not flushed");
    assertThat(flushed("+OK", "-LOADING Redis is loading")).hasSize(3).contains("not flushed");
  }

  /** Returns the commands that a Redis hears which answers them so, and how it ended. */
  private List<String> flushed(String... answers) throws Exception {
    List<String> heard = new ArrayList<>();
    try (ServerSocket server =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      CompletableFuture<Void> answered =
          CompletableFuture.runAsync(() -> answer(server, heard, answers));
      String end = "flushed";
      try {
        on(server.getLocalPort()).flushRedis();
      } catch (IOException refused) {
        end = "not flushed";
      }
      answered.join();
      heard.add(end);
    }
    return heard;
  }

  private static void answer(ServerSocket server, List<String> heard, String... answers) {
    try (Socket client = server.accept();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
      for (String answer : answers) {
        String command = in.readLine();
        if (command == null) {
          return;
        }
        heard.add(command);
        client.getOutputStream().write((answer + "\r\n").getBytes(US_ASCII));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void serversThatDoNotRunDoNotAnswer() throws Exception {
    makePasswords();
    assertThat(on(5).serversAnswer()).isFalse();
  }
}
