package dev.penstock.local.dax;

/** The one key pair whose signatures a server accepts. */
public record DaxCredentials(String accessKeyId, String secretAccessKey) {
    public DaxCredentials {
        if (accessKeyId.isBlank() || secretAccessKey.isBlank()) {
            throw new IllegalArgumentException("access key id and secret access key must not be blank");
        }
    }

    @Override
    public String toString() {
        return "DaxCredentials[" + accessKeyId + "]";
    }
}
