package com.scaleoutsystems.edge;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a part of the public API that may still change, or disappear, in any release. A program that uses it may have to change with the
 * next one. All other public types and members follow the rules for versions: see {@code docs/versioning.md} in the repository.
 *
 * <p>The mark on a type covers its members.
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR, ElementType.FIELD})
public @interface Experimental {}
