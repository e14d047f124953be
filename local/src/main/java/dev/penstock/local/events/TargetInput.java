package dev.penstock.local.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.eventbridge.model.InputTransformer;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** What a target gets of an event: all of it, a part, a constant, or a text with parts filled in. */
final class TargetInput {
    private static final Pattern PLACE = Pattern.compile("<([\\w.-]+)>");

    private TargetInput() {}

    static String of(Target target, JsonNode event) {
        if (target.input() != null) {
            return target.input();
        }
        if (target.inputPath() != null) {
            return at(event, target.inputPath()).toString();
        }
        return target.inputTransformer() == null ? event.toString() : transform(target.inputTransformer(), event);
    }

    private static String transform(InputTransformer transformer, JsonNode event) {
        Map<String, String> paths = transformer.inputPathsMap();
        Matcher place = PLACE.matcher(transformer.inputTemplate());
        StringBuilder text = new StringBuilder();
        while (place.find()) {
            JsonNode value = paths.containsKey(place.group(1))
                    ? at(event, paths.get(place.group(1)))
                    : MissingNode.getInstance();
            boolean inQuotes = transformer
                                    .inputTemplate()
                                    .substring(0, place.start())
                                    .replace("\\\"", "")
                                    .chars()
                                    .filter(c -> c == '"')
                                    .count()
                            % 2
                    == 1;
            String shown =
                    value.isMissingNode() ? "" : inQuotes && value.isTextual() ? value.asText() : value.toString();
            place.appendReplacement(text, Matcher.quoteReplacement(shown));
        }
        place.appendTail(text);
        return text.toString();
    }

    private static JsonNode at(JsonNode event, String path) {
        JsonNode node = event;
        for (String name : path.replaceFirst("^\\$\\.?", "").split("\\.", -1)) {
            node = name.isEmpty() ? node : node.path(name);
        }
        return node;
    }
}
