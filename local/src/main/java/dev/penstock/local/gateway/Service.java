package dev.penstock.local.gateway;

/**
 * One simulated AWS service behind the gateway's port. Called on a virtual thread per request, so it may block;
 * must be threadsafe.
 */
public interface Service {

    /** Its name in the SigV4 credential scope: {@code dynamodb}, {@code sqs}, {@code lambda}... */
    String signingName();

    /**
     * Answers one request.
     *
     * @throws AwsError for what AWS would refuse; the gateway renders it in the service's own protocol
     */
    Response handle(Request request);
}
