package dev.canswarm.simulation.check;

import dev.canswarm.json.ObjectReader;

/** Slot names as the specification defines them, implemented independently of the product. */
final class SlotNames {
  private SlotNames() {}

  static String of(ObservedEnvelope envelope) {
    ObjectReader read = envelope.read();
    return switch (envelope.verb()) {
      case NEED -> {
        String key = read.optionalString("idempotency_key");
        if (key != null) {
          yield "INTAKE/" + envelope.thread() + "/" + key;
        }
        String nonce = new ObjectReader(envelope.fields(), "").requiredString("nonce");
        yield nonce.startsWith("INTAKE/") ? nonce : "NEED/" + envelope.id();
      }
      case PROPOSE -> "PROPOSE/" + envelope.sender();
      case DECIDE -> "DECIDE";
      case CLAIM -> "CLAIM/" + lease(read);
      case COMMIT, YIELD -> "END/" + lease(read);
      case ATTEST -> "ATTEST/" + read.requiredString("target") + "/" + envelope.sender();
      case RELEASE ->
          switch (read.requiredString("cause")) {
            case "PANEL" ->
                "PANEL/"
                    + read.requiredString("task_id")
                    + "/"
                    + read.requiredSafeInteger("attempt", 1, Integer.MAX_VALUE);
            case "EXPIRED" -> "END/" + read.requiredString("task_id") + "/" + (token(read) - 1);
            default -> "RELEASE/" + lease(read);
          };
      case FINALIZE -> "FINALIZE";
      case CANCEL -> "CANCEL";
      case CONTROL -> "CONTROL/" + read.requiredSafeInteger("number", 1, Long.MAX_VALUE);
    };
  }

  private static String lease(ObjectReader read) {
    return read.requiredString("task_id") + "/" + token(read);
  }

  private static long token(ObjectReader read) {
    return read.requiredSafeInteger("token", 0, Long.MAX_VALUE);
  }
}
