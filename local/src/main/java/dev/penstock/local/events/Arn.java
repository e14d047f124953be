package dev.penstock.local.events;

/**
 * An Amazon Resource Name.
 *
 * @param region empty for a global resource
 * @param resource everything after the account
 */
public record Arn(String service, String region, String account, String resource) {

    /** @throws IllegalArgumentException for what is no ARN */
    public static Arn parse(String text) {
        String[] parts = text.split(":", 6);
        if (parts.length < 6 || !parts[0].equals("arn") || parts[2].isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no ARN; the form is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE");
        }
        return new Arn(parts[2], parts[3], parts[4], parts[5]);
    }
}
