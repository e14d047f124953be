package dev.penstock.local.sources;

/** Where on-failure records go. Each call returns when the record is stored, or throws. Threadsafe. */
public interface Destinations {
    void sendToQueue(String queueArn, String body);

    void publishToTopic(String topicArn, String message);

    void putObject(String bucket, String key, String body);

    /** For mappings without destinations: every call fails. */
    static Destinations none() {
        return new Destinations() {
            @Override
            public void sendToQueue(String queueArn, String body) {
                throw new UnsupportedOperationException("no SQS here for " + queueArn);
            }

            @Override
            public void publishToTopic(String topicArn, String message) {
                throw new UnsupportedOperationException("no SNS here for " + topicArn);
            }

            @Override
            public void putObject(String bucket, String key, String body) {
                throw new UnsupportedOperationException("no S3 here for " + bucket);
            }
        };
    }
}
