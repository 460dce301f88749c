package com.scaleoutsystems.edge.spring;

import com.scaleoutsystems.edge.client.task.CustomCallback;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the custom task that a bean of type {@link CustomCallback} serves, on its class or its bean method. Without this annotation the
 * name of the bean is the name of the task.
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface CustomTask {

    /**
     * The name of the task.
     *
     * @return the name, with or without {@code Custom_}
     */
    String value();
}
