package dev.penstock.local.junit;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import software.amazon.awssdk.core.SdkClient;

/**
 * Starts one runtime per test class and injects its clients. Use {@link PenstockTest}, or for other options
 * {@code @RegisterExtension static PenstockExtension penstock = new PenstockExtension(options)}.
 */
public final class PenstockExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(PenstockExtension.class);

    private final @Nullable Options options;

    /** Takes its options from the annotation of the test class. */
    public PenstockExtension() {
        this.options = null;
    }

    public PenstockExtension(Options options) {
        this.options = options;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == LocalRuntime.class || type == MovableClock.class || SdkClient.class.isAssignableFrom(type);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        LocalRuntime runtime = runtime(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == LocalRuntime.class) {
            return runtime;
        }
        if (type == MovableClock.class) {
            return runtime.clock();
        }
        return runtime.clients().of(type.asSubclass(SdkClient.class));
    }

    /** One runtime for a top-level class and the classes nested in it; JUnit closes it with the class. */
    private LocalRuntime runtime(ExtensionContext context) {
        ExtensionContext owner = context;
        while (owner.getParent().isPresent()
                && owner.getParent().get().getTestClass().isPresent()) {
            owner = owner.getParent().get();
        }
        Class<?> testClass = owner.getRequiredTestClass();
        return owner.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        Started.class, key -> new Started(LocalRuntime.start(optionsOf(testClass))), Started.class)
                .runtime();
    }

    private Options optionsOf(Class<?> testClass) {
        if (options != null) {
            return options;
        }
        Optional<PenstockTest> found = AnnotationSupport.findAnnotation(testClass, PenstockTest.class);
        PenstockTest annotation = found.orElseThrow(() -> new ExtensionConfigurationException(
                testClass.getName() + " needs @PenstockTest, or a PenstockExtension with options"));
        Options made = Options.inMemory().withRegion(annotation.region());
        if (!annotation.assembly().isEmpty()) {
            made = made.withAssembly(Path.of(annotation.assembly()));
        }
        if (!annotation.startAt().isEmpty()) {
            made = made.withClock(InstantSource.fixed(Instant.parse(annotation.startAt())));
        }
        return made;
    }

    /** Holds the runtime in JUnit's store, which closes it. */
    @SuppressWarnings("deprecation") // JUnit before 5.13 closes nothing else
    private record Started(LocalRuntime runtime) implements AutoCloseable, ExtensionContext.Store.CloseableResource {
        @Override
        public void close() {
            runtime.close();
        }
    }
}
