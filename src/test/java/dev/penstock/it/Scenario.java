package dev.penstock.it;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs against Penstock's runtime always, and against LocalStack when there is one: in a container when
 * Docker answers, or at {@code -Dlocalstack.endpoint=URL}. Otherwise that run is reported as skipped, with the reason.
 * The test takes a {@link Cloud}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(EveryCloud.class)
@interface Scenario {}
