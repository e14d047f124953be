package dev.penstock.it;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs a {@link Scenario} once for each cloud. Clouds are started when first needed and shared by all scenarios. */
final class EveryCloud implements TestTemplateInvocationContextProvider {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(EveryCloud.class);

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        return Stream.of(new On(LocalCloud.class), new On(LocalStackCloud.class));
    }

    /** Penstock's own runtime, in memory, with nothing provisioned. */
    private static final class LocalCloud extends Started {
        private final LocalRuntime runtime = LocalRuntime.start(Options.inMemory());
        private final Cloud cloud = Cloud.at("Penstock", true, runtime.endpoint());

        @Override
        Cloud cloud() {
            return cloud;
        }

        @Override
        public void close() {
            cloud.close();
            runtime.close();
        }
    }

    /** A cloud that JUnit closes at the end of the run. */
    @SuppressWarnings("deprecation") // JUnit before 5.13 closes nothing else
    abstract static class Started implements AutoCloseable, ExtensionContext.Store.CloseableResource {
        abstract Cloud cloud();
    }

    private record On(Class<? extends Started> type)
            implements TestTemplateInvocationContext, ExecutionCondition, ParameterResolver {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return type == LocalCloud.class
                    ? ConditionEvaluationResult.enabled("the runtime needs nothing")
                    : LocalStackCloud.available();
        }

        @Override
        public String getDisplayName(int index) {
            return type.getSimpleName();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Cloud.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .getOrComputeIfAbsent(type, key -> start(), Started.class)
                    .cloud();
        }

        private Started start() {
            return type == LocalCloud.class ? new LocalCloud() : new LocalStackCloud();
        }
    }
}
