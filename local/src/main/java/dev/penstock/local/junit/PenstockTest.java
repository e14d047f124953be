package dev.penstock.local.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test class against a runtime of its own: in memory, on free ports, started before the first test and closed
 * after the last one. Test methods and constructors may ask for
 *
 * <ul>
 *   <li>any client of the AWS SDK for Java v2, sync or async, by its interface;
 *   <li>the {@link dev.penstock.local.clock.MovableClock}, to move time forward;
 *   <li>the {@link dev.penstock.local.runtime.LocalRuntime} itself, for its endpoint.
 * </ul>
 *
 * <p>Classes may run in parallel. Tests of one class share the runtime: use names of their own in each.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PenstockExtension.class)
public @interface PenstockTest {

    /**
     * The cloud assembly to provision, as {@code cdk synth} wrote it, or a single CloudFormation template in JSON;
     * relative to the working directory. Default: nothing is provisioned, the tests make their own tables.
     */
    String assembly() default "";

    /** The region of the injected clients. Default: us-east-1. */
    String region() default "us-east-1";

    /** The time at which the clock starts, such as {@code 2026-01-01T00:00:00Z}, and then stands still but for steps. Default: real time. */
    String startAt() default "";
}
