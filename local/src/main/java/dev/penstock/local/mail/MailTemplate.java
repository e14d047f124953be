package dev.penstock.local.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.gateway.AwsError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A template of SES with {@code {{name}}} and {@code {{a.b}}}; blocks and helpers of Handlebars are refused. */
record MailTemplate(String subject, String text, String html) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PLACE = Pattern.compile("\\{\\{\\{?\\s*([^{}]+?)\\s*}?}}");

    /**
     * Fills in the data.
     *
     * @throws AwsError when the data is no JSON object, lacks a name, or the template uses a block
     */
    MailTemplate render(String data) {
        JsonNode tree;
        try {
            tree = JSON.readTree(data);
        } catch (JsonProcessingException malformed) {
            throw new AwsError(
                    400, "BadRequestException", "TemplateData is not valid JSON: " + malformed.getOriginalMessage());
        }
        return new MailTemplate(fill(subject, tree), fill(text, tree), fill(html, tree));
    }

    private static String fill(String template, JsonNode data) {
        return PLACE.matcher(template).replaceAll(match -> {
            String name = match.group(1);
            if (!name.matches("[\\w.-]+")) {
                throw AwsError.notSimulated("ses", "template expression {{" + name + "}}");
            }
            JsonNode value = data.at("/" + name.replace('.', '/'));
            if (value.isMissingNode()) {
                throw new AwsError(
                        400, "BadRequestException", "Attribute '" + name + "' is not present in the rendering data.");
            }
            return Matcher.quoteReplacement(value.isValueNode() ? value.asText() : value.toString());
        });
    }
}
