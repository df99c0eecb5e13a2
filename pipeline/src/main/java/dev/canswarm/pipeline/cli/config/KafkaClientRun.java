package dev.canswarm.pipeline.cli.config;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.embedded.KafkaUser;
import dev.canswarm.pipeline.embedded.StackSecrets;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** {@code ./swarm config kafka-client}: the properties of a Kafka client. */
final class KafkaClientRun {
  private KafkaClientRun() {}

  static int run(CliCommand command, ConfigCommand.Login login) throws Exception {
    DataAccess access = DataAccess.of(command);
    KafkaEndpoint kafka =
        switch (login) {
          case PIPELINE -> access.kafka();
          case AGENT -> agent(access);
        };
    Map<String, String> properties = new TreeMap<>(kafka.properties());
    properties.put("bootstrap.servers", kafka.bootstrap());
    properties.forEach((name, value) -> command.console().result(PropertiesText.line(name, value)));
    command.console().object("kafka-client", properties);
    command.console().summary(ExitCode.OK, Map.of("properties", properties.size()));
    return ExitCode.OK;
  }

  private static KafkaEndpoint agent(DataAccess access) throws CommandException {
    OptionalInt saslPort =
        access.located().stack().map(stack -> stack.kafka().saslPort()).orElse(OptionalInt.empty());
    if (saslPort.isEmpty()) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "no stack with an embedded broker is running on "
              + access.dataDir()
              + "; with a broker of your own, make an agent's login there");
    }
    try {
      return StackSecrets.read(access.dataDir()).kafka(KafkaUser.AGENT, saslPort.getAsInt());
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "the agent's password cannot be read: "
              + e.getMessage()
              + "; ask as the user who runs ./swarm up",
          e);
    }
  }
}
