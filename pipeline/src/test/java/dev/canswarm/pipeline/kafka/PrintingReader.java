package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.BusRecords;
import dev.canswarm.port.Delivery;
import java.util.List;
import reactor.core.scheduler.Schedulers;

/**
 * A process that prints what it receives, a line for each record: partition, offset, and its value
 * or why it cannot be read. Arguments: bootstrap, group, cluster, topic, number of records, after
 * which it ends.
 */
final class PrintingReader {
  private PrintingReader() {}

  public static void main(String[] args) {
    BusSettings settings =
        KafkaBuses.settings(args[0], args[1], List.of(args[3]), 100, 10)
            .with()
            .extra(KafkaBuses.inherited())
            .build();
    KafkaBus bus = new KafkaBus(settings, args[2], Schedulers.boundedElastic());
    BusProbe probe = BusProbe.on(bus);
    for (Delivery delivery : probe.next(Integer.parseInt(args[4]))) {
      System.out.println(
          delivery.partition()
              + "/"
              + delivery.offset()
              + " "
              + (delivery.unreadable() == null
                  ? BusRecords.value(delivery)
                  : "unreadable: " + delivery.unreadable()));
      delivery.acknowledgement().acknowledge();
    }
    bus.close();
    System.exit(0);
  }
}
