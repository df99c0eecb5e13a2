package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryCacheTest {

  private final Path temp;

  BinaryCacheTest(@TempDir Path temp) {
    this.temp = temp;
  }

  @Test
  void aBundleIsUnpackedOnceHoweverManyAskAtTheSameTime() throws Exception {
    AtomicInteger unpacked = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Path>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(
            threads.submit(
                () ->
                    BinaryCache.unpack(
                        temp,
                        "bundle",
                        directory -> {
                          unpacked.incrementAndGet();
                          Files.writeString(directory.resolve("file"), "x");
                        })));
      }
      for (Future<Path> answer : answers) {
        assertThat(answer.get().resolve("file")).hasContent("x");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(unpacked).hasValue(1);
  }

  @Test
  void anUnpackingThatFailsLeavesNothingAndTheNextOneSucceeds() throws Exception {
    assertThatThrownBy(
            () ->
                BinaryCache.unpack(
                    temp,
                    "bundle",
                    directory -> {
                      Files.writeString(directory.resolve("half"), "x");
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(temp.resolve("bundle")).doesNotExist();
    Files.createDirectory(temp.resolve(".unfinished-bundle-of-a-killed-process"));
    Path bundle =
        BinaryCache.unpack(
            temp, "bundle", directory -> Files.writeString(directory.resolve("file"), "x"));
    assertThat(bundle).isDirectoryContaining(file -> file.endsWith("file"));
    assertThat(temp).isDirectoryNotContaining("glob:**/.unfinished*");
  }

  @Test
  void aSharedPlaceThatCannotBeWrittenIsPassedOver() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    Path own = temp.resolve("own");
    Path shared = temp.resolve("shared");
    assertThat(new BinaryCache(Optional.of(file.resolve("below")), own).places())
        .containsExactly(own);
    assertThat(new BinaryCache(Optional.of(shared), own).places()).containsExactly(shared, own);
    assertThat(new BinaryCache(Optional.empty(), own).places()).containsExactly(own);
  }

  @Test
  void theUsersCacheFollowsTheXdgRules() {
    assertThat(StackSettings.userCache(Map.of("XDG_CACHE_HOME", "/x"), "/home/u", false))
        .contains(Path.of("/x/can-swarm"));
    assertThat(StackSettings.userCache(Map.of(), "/home/u", false))
        .contains(Path.of("/home/u/.cache/can-swarm"));
    assertThat(StackSettings.userCache(Map.of("XDG_CACHE_HOME", "relative"), "/home/u", false))
        .isEmpty();
  }

  @Test
  void rootsCacheCanBeReadByTheServersUsers() {
    assertThat(StackSettings.userCache(Map.of(), "/root", true))
        .contains(Path.of("/var/cache/can-swarm"));
    assertThat(StackSettings.userCache(Map.of("XDG_CACHE_HOME", "/x"), "/root", true))
        .contains(Path.of("/x/can-swarm"));
  }
}
