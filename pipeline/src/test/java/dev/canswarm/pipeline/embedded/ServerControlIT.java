package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Stops and restarts one server while the others keep running. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerControlIT {

  private static final long WAIT_SECONDS_MAX = 60;

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>(100);
  private final DataDirectory directory;
  private final EmbeddedStack stack;
  private final StackClients clients;

  ServerControlIT(@TempDir Path temp) throws Exception {
    StartListener listener =
        new StartListener() {
          @Override
          public void ready(ServerKind server, int port) {
            heard.add("ready " + server + " " + port);
          }

          @Override
          public void lost(ServerKind server, String detail) {
            heard.add("lost " + server);
          }
        };
    directory = DataDirectory.open(temp.resolve("data"));
    stack = EmbeddedStack.start(directory, Ports.anyFree(), StackSettings.defaults(), listener);
    clients = new StackClients(stack);
  }

  @BeforeAll
  void write() throws Exception {
    clients.writeEverywhere("kept");
    heard.clear();
  }

  @AfterAll
  void close() {
    stack.close();
    directory.close();
  }

  @Test
  void aKilledPostgresStaysDownUntilStartedAndKeepsWhatWasCommitted() throws Exception {
    ProcessHandle before = ProcessHandle.of(stack.postgres().pid()).orElseThrow();
    List<ProcessHandle> backends = before.descendants().toList();
    stack.postgres().kill();
    assertThat(before.isAlive()).isFalse();
    assertThat(backends).isNotEmpty().noneMatch(ProcessHandle::isAlive);
    assertThat(stack.postgres().running()).isFalse();
    assertThatThrownBy(() -> stack.postgres().pid()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(clients::jdbc).isInstanceOf(SQLException.class);
    assertThat(clients.redisGet("kept")).isEqualTo("kept");
    stack.postgres().start();
    assertThat(clients.query("SELECT value FROM kept")).isEqualTo("kept");
  }

  @Test
  void aPausedPostgresKeepsItsConnectionsAndAnswersOnceResumed() throws Exception {
    try (Connection connection = clients.jdbc();
        Statement statement = connection.createStatement()) {
      stack.postgres().pause();
      CompletableFuture<Boolean> answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return statement.execute("SELECT 1");
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThat(stack.postgres().running()).isTrue();
      assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      stack.postgres().resume();
      assertThat(answer.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aPausedPostgresCanStillBeStoppedInOrder() throws Exception {
    stack.postgres().pause();
    stack.postgres().stop();
    assertThat(stack.postgres().running()).isFalse();
    stack.postgres().start();
    assertThat(clients.query("SELECT value FROM kept")).isEqualTo("kept");
  }

  @Test
  void aRedisThatSomebodyElseKillsComesBackOnItsPortWithItsData() throws Exception {
    heard.clear();
    ProcessHandle.of(stack.redis().pid()).orElseThrow().destroyForcibly();
    assertThat(heard.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo("lost REDIS");
    assertThat(heard.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS))
        .isEqualTo("ready REDIS " + stack.endpoints().redisPort());
    assertThat(clients.redisGet("kept")).isEqualTo("kept");
  }

  @Test
  void aPostgresThatSomebodyElseKillsComesBackOnItsPortWithItsData() throws Exception {
    heard.clear();
    ProcessHandle.of(stack.postgres().pid()).orElseThrow().destroyForcibly();
    assertThat(heard.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo("lost POSTGRES");
    assertThat(heard.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS))
        .isEqualTo("ready POSTGRES " + stack.endpoints().postgresPort());
    assertThat(clients.query("SELECT value FROM kept")).isEqualTo("kept");
  }

  @Test
  void redisStopsAndStartsOnItsPort() throws Exception {
    int port = stack.redis().port();
    stack.redis().stop();
    stack.redis().stop();
    assertThat(stack.redis().running()).isFalse();
    stack.redis().start();
    stack.redis().start();
    assertThat(stack.redis().port()).isEqualTo(port);
    assertThat(clients.redisGet("kept")).isEqualTo("kept");
  }

  @Test
  void theBrokerStopsAndStartsOnItsPort() throws Exception {
    stack.kafka().stop();
    assertThat(stack.kafka().running()).isFalse();
    assertThat(clients.query("SELECT value FROM kept")).isEqualTo("kept");
    stack.kafka().start();
    assertThat(clients.consumeFirst()).isEqualTo("kept");
  }

  @Test
  void kafkaTakesALargeRecordAndMakesNoTopicOnItsOwn() throws Exception {
    clients.produce("x".repeat(1_900_000));
    assertThatThrownBy(() -> clients.produce("x".repeat(2_200_000)))
        .hasMessageContaining("larger than");
    try (var admin = clients.admin()) {
      assertThatThrownBy(
              () -> admin.describeTopics(List.of("nobody-made-me")).allTopicNames().get())
          .hasMessageContaining("does not host this topic-partition");
    }
  }

  @Test
  void postgresIsDurableAndRedisAppends() throws Exception {
    assertThat(clients.query("SHOW fsync")).isEqualTo("on");
    assertThat(clients.query("SHOW synchronous_commit")).isEqualTo("on");
    assertThat(Integer.parseInt(clients.query("SHOW max_connections"))).isGreaterThanOrEqualTo(50);
    assertThat(directory.resolve("redis/data/appendonlydir")).isNotEmptyDirectory();
  }
}
