package dev.penstock.local.gateway;

import java.util.Locale;

/** The wire protocol of a request, which decides what an error looks like. */
enum Protocol {
    /** AWS JSON 1.0 and 1.1: the operation in {@code X-Amz-Target}. */
    JSON,
    /** Smithy RPC v2: the operation in the path, bodies in CBOR. */
    CBOR,
    /** AWS query: the operation in the form field {@code Action}, answers in XML. */
    QUERY,
    /** S3's REST and XML. */
    S3,
    /** REST with JSON bodies. */
    REST_JSON;

    static Protocol of(Request request) {
        String contentType = request.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (request.header("smithy-protocol").orElse("").equals("rpc-v2-cbor")) {
            return CBOR;
        }
        if (request.service().equals("s3")) {
            return S3;
        }
        if (request.header("x-amz-target").isPresent() || contentType.startsWith("application/x-amz-json")) {
            return JSON;
        }
        return contentType.startsWith("application/x-www-form-urlencoded")
                        || request.query().contains("Action=")
                ? QUERY
                : REST_JSON;
    }
}
