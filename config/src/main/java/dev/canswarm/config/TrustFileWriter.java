package dev.canswarm.config;

import java.util.Optional;

/** Writes the text of a trust file. All values consist of characters that need no escape. */
final class TrustFileWriter {
  private TrustFileWriter() {}

  static String text(TrustFile trust) {
    StringBuilder text = new StringBuilder("version: 1\n");
    if (trust.adminsRequired() > 1) {
      text.append("admins-required: ").append(trust.adminsRequired()).append('\n');
    }
    text.append("keys:");
    if (trust.entries().isEmpty()) {
      return text.append(" []\n").toString();
    }
    text.append('\n');
    for (TrustFile.Entry entry : trust.entries()) {
      text.append("  - name: \"").append(entry.name()).append("\"\n");
      text.append("    key: \"").append(entry.publicKeyBase64()).append("\"\n");
      text.append("    roles: [").append(String.join(", ", entry.roles())).append("]\n");
      instant(text, "valid_from", entry.validFrom());
      instant(text, "valid_until", entry.validUntil());
      instant(text, "revoked_from", entry.revokedFrom());
    }
    return text.toString();
  }

  private static void instant(StringBuilder text, String member, Optional<String> instant) {
    instant.ifPresent(
        at -> text.append("    ").append(member).append(": \"").append(at).append("\"\n"));
  }
}
