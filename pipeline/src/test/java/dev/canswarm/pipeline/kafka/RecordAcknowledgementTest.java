package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordAcknowledgementTest {
  @Test
  void aRecordFreesItsPlaceOnceHoweverOftenItIsAcknowledged() {
    Assignment ended = new Assignment(1);
    ended.end();
    List<String> freed = new ArrayList<>();
    RecordAcknowledgement acknowledgement =
        new RecordAcknowledgement(
            ended,
            7,
            100,
            new Room() {
              @Override
              public void acknowledged(int valueBytes) {
                freed.add(valueBytes + " bytes");
              }

              @Override
              public void passed(int records) {
                freed.add(records + " record");
              }
            });

    acknowledgement.acknowledge();
    acknowledgement.acknowledge();

    assertThat(freed).containsExactly("1 record", "100 bytes");
  }
}
