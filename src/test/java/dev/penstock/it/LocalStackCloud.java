package dev.penstock.it;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/** LocalStack: the instance at {@code -Dlocalstack.endpoint=URL}, else a container of the last image without a token. */
final class LocalStackCloud extends EveryCloud.Started {
    static final String IMAGE = "localstack/localstack:4.14.0";
    private static final String PROPERTY = "localstack.endpoint";

    private final @Nullable LocalStackContainer container;
    private final Cloud cloud;

    private static final boolean DOCKER = dockerAnswers();

    LocalStackCloud() {
        String given = System.getProperty(PROPERTY, "");
        if (!given.isEmpty()) {
            container = null;
            cloud = Cloud.at("LocalStack at " + given, false, URI.create(given));
            return;
        }
        container = new LocalStackContainer(DockerImageName.parse(IMAGE));
        container.start();
        cloud = Cloud.at("LocalStack " + IMAGE, false, container.getEndpoint());
    }

    /** Whether there is a LocalStack to run on, with the reason that a skipped test shows. */
    static ConditionEvaluationResult available() {
        return DOCKER || !System.getProperty(PROPERTY, "").isEmpty()
                ? ConditionEvaluationResult.enabled("there is a LocalStack")
                : ConditionEvaluationResult.disabled(
                        "Docker does not answer, and no -D" + PROPERTY + "=URL is given: not run on LocalStack");
    }

    private static boolean dockerAnswers() {
        try {
            return DockerClientFactory.instance().isDockerAvailable();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Override
    Cloud cloud() {
        return cloud;
    }

    @Override
    public void close() {
        cloud.close();
        if (container != null) {
            container.stop();
        }
    }
}
