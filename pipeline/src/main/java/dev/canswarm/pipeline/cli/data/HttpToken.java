package dev.canswarm.pipeline.cli.data;

import dev.canswarm.config.HttpSettings;
import dev.canswarm.pipeline.cli.data.DataException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;

/**
 * The bearer token of the HTTP server: a line of 22 to 512 characters from {@code A-Z a-z 0-9 - . _
 * ~ + / =} in a file that only its owner may read.
 */
public final class HttpToken {
  private static final int BYTES = 32;
  private static final String FORM = "[A-Za-z0-9._~+/=-]{22,512}";

  private HttpToken() {}

  /**
   * Reads the token; one that is to be in the data directory and is missing is made.
   *
   * @throws DataException for a file that is missing, open to others, or of another form
   */
  public static String ensure(HttpSettings http, Path data, Random random) throws DataException {
    Path own = data.resolve(HttpSettings.TOKEN_FILE);
    Path file = http.tokenFile().orElse(own);
    if (http.tokenFile().isEmpty() && !Files.exists(own)) {
      make(own, random);
    }
    return read(file);
  }

  private static void make(Path file, Random random) throws DataException {
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    try {
      SmallFiles.write(file, (token + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw DataException.unreadable(file, "check that the directory can be written", e);
    }
  }

  private static String read(Path file) throws DataException {
    try {
      if (!SmallFiles.ownerOnly(file)) {
        throw new DataException(
            Problem.OPEN_TO_OTHERS,
            "token file %s: others may read it; make another one and run: chmod 600 %s"
                .formatted(file, file));
      }
      String token = new String(SmallFiles.read(file), StandardCharsets.US_ASCII).strip();
      if (!token.matches(FORM)) {
        throw new DataException(
            Problem.BAD_CONTENT, "token file %s: expected one line of %s".formatted(file, FORM));
      }
      return token;
    } catch (NoSuchFileException e) {
      throw new DataException(
          Problem.UNREADABLE,
          "token file %s is missing; make it, or leave http.token-file out".formatted(file),
          e);
    } catch (IOException e) {
      throw DataException.unreadable(file, "check who owns it", e);
    }
  }
}
