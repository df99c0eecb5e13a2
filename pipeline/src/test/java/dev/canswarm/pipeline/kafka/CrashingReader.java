package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Delivery;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A process that receives three records of one partition, acknowledges the last two of them and one
 * of another partition, and then waits until it is killed. Arguments: bootstrap, group, cluster,
 * topics, partition of the three. With a sixth argument, its static membership id, it receives
 * records and acknowledges none.
 */
final class CrashingReader {
  private CrashingReader() {}

  public static void main(String[] args) {
    int partition = Integer.parseInt(args[4]);
    BusSettings settings =
        KafkaBuses.settings(args[0], args[1], List.of(args[3].split(",", -1)), 100, 10)
            .with()
            .extra(KafkaBuses.inherited())
            .build();
    boolean member = args.length > 5;
    KafkaBus bus =
        new KafkaBus(
            member ? KafkaBuses.ofMember(settings, args[5]) : settings,
            args[2],
            Schedulers.boundedElastic());
    BusProbe probe = BusProbe.on(bus);
    if (member) {
      Mono.never().block();
    }
    for (Delivery delivery : probe.next(4)) {
      if (delivery.partition() != partition || delivery.offset() > 0) {
        delivery.acknowledgement().acknowledge();
      }
    }
    Mono.never().block();
  }
}
