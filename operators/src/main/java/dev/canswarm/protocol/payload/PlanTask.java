package dev.canswarm.protocol.payload;

import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One task of a plan.
 *
 * @param input the task's own input; null if it is an artifact
 * @param inputArtifact address of the input as JSON; null if the input is in the plan
 * @param requires indices of earlier tasks of the plan, ascending
 * @param produces names of its results
 */
public record PlanTask(
    String taskType,
    @Nullable JsonValue input,
    @Nullable String inputArtifact,
    List<Integer> requires,
    List<String> produces) {

  public PlanTask {
    requires = List.copyOf(requires);
    produces = List.copyOf(produces);
  }

  static PlanTask parse(ObjectReader reader, int index) {
    String type = Shapes.name(reader, "task_type");
    JsonValue input = reader.optional("input");
    String artifact = inputArtifact(reader, input);
    List<Integer> requires = new ArrayList<>();
    int previous = -1;
    for (long required : reader.requiredSafeIntegerList("requires", 0, Integer.MAX_VALUE)) {
      if (required >= index || required <= previous) {
        throw new ShapeException(
            reader.where("requires"),
            "ascending indices smaller than " + index,
            String.valueOf(required));
      }
      previous = (int) required;
      requires.add(previous);
    }
    List<String> produces = reader.requiredStringList("produces");
    produces.forEach(name -> Shapes.name(reader.where("produces"), name));
    reader.noOthers();
    return new PlanTask(type, input, artifact, requires, produces);
  }

  static @Nullable String inputArtifact(ObjectReader reader, @Nullable JsonValue input) {
    String artifact = reader.optionalString("input_artifact");
    if ((input == null) == (artifact == null)) {
      throw new ShapeException(
          reader.where("input"),
          "either input or input_artifact",
          input == null ? "neither" : "both");
    }
    return artifact == null ? null : Shapes.hash(reader.where("input_artifact"), artifact);
  }

  /** The members as a PROPOSE carries them. */
  public JsonObject toJson() {
    return builder().build();
  }

  /** The members as the result hash covers them: with the accepted artifact. */
  public JsonObject toJson(String artifact) {
    return builder().put("artifact", artifact).build();
  }

  private JsonObject.Builder builder() {
    JsonObject.Builder builder = JsonObject.builder().put("task_type", taskType);
    if (input != null) {
      builder.put("input", input);
    }
    if (inputArtifact != null) {
      builder.put("input_artifact", inputArtifact);
    }
    List<JsonValue> indices = new ArrayList<>();
    requires.forEach(index -> indices.add(JsonNumber.of(index)));
    return builder.put("requires", new JsonArray(indices)).put("produces", produces);
  }
}
