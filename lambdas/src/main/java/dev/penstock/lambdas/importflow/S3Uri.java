package dev.penstock.lambdas.importflow;

/** {@code s3://bucket/key}. */
record S3Uri(String bucket, String key) {

    static S3Uri of(String text) {
        String path = text.substring("s3://".length());
        int slash = path.indexOf('/');
        return slash < 0 ? new S3Uri(path, "") : new S3Uri(path.substring(0, slash), path.substring(slash + 1));
    }
}
