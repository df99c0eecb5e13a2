package dev.canswarm.pipeline.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertiesTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "  begins and ends with spaces  ",
        "\tbegins with a tab",
        "C:\\keys\\trust.p12",
        "two\nlines\r\nand\fmore",
        "a=b:c#d!e",
        "# no comment",
        "/home/jürgen/über.jks",
        "密码 😀",
        "ends with a backslash\\",
        "\u0000\u001b[31m",
        "required username=\"a\" password=\"p\\\"w\";"
      })
  void aClientReadsTheValueThatIsMeant(String value) throws Exception {
    String line = PropertiesText.line("sasl.jaas.config", value);
    assertThat(line).doesNotContain("\n", "\r");
    // Kafka's programs read such a file by bytes, which Java takes for Latin-1.
    Properties read = new Properties();
    read.load(new ByteArrayInputStream((line + "\n").getBytes(StandardCharsets.UTF_8)));
    assertThat(read).hasSize(1).containsEntry("sasl.jaas.config", value);
  }

  @Test
  void whatNeedsNoEscapeIsLeftReadable() {
    assertThat(PropertiesText.line("security.protocol", "SASL_SSL"))
        .isEqualTo("security.protocol=SASL_SSL");
    assertThat(PropertiesText.line("a", "x y=\"z\";")).isEqualTo("a=x y=\"z\";");
  }
}
